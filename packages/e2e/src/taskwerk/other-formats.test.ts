import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ImportResult } from "@taskwerk/contract/import-tasks";
import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const FIXTURES = fileURLToPath(new URL("./fixtures", import.meta.url));
const list = (): Promise<readonly Task[]> => at.rig.data("list", "--all", "--limit", "0", "--sort", "created");
const byTitle = async () => new Map((await list()).map((task) => [task.title, task]));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(at.rig.dir, name), content);
  return name;
};

describe("files of other programs", () => {
  it("task-master: contexts, subtasks, dependencies, the way to test", async () => {
    const path = join(FIXTURES, "task-master.json");
    const ran = await at.rig.taskwerk("import", path);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const tasks = await byTitle();
    expect(tasks.get("Set up the repository")).toMatchObject({
      status: "done",
      priority: "high",
      key: "task-master:master/1",
      description:
        "An empty project that builds.\n\n## Details\n\nUse the template of the team.\n\n## Test strategy\n\nA build on a fresh clone passes.",
    });
    const signIn = tasks.get("Sign in")!;
    expect(signIn).toMatchObject({
      status: "in-progress",
      depends_on: [tasks.get("Set up the repository")!.id],
      metadata: { sprint: "Q1", task_master: { complexityScore: 4 } },
    });
    expect(tasks.get("Accept the link")).toMatchObject({
      parent: signIn.id,
      depends_on: [tasks.get("Send the link")!.id],
    });
    expect(tasks.get("Sign out")).toMatchObject({
      status: "paused",
      depends_on: [tasks.get("Accept the link")!.id],
    });
    expect(tasks.get("Invoices")).toMatchObject({ priority: "critical", tags: ["billing"] });
    expect(await at.rig.failure("import", path)).toMatchObject({
      code: "DUPLICATE_KEY",
      exit: 8,
      details: { total: 6 },
    });
    expect(await at.rig.data("import", path, "--on-conflict", "skip")).toMatchObject({ created: 0, skipped: 6 });
  });

  it("beads: priorities, edges, comments; tombstones and lost edges are told", async () => {
    mkdirSync(join(at.rig.dir, ".beads"));
    file(".beads/issues.jsonl", readFileSync(join(FIXTURES, "issues.jsonl")));
    const ran = await at.rig.taskwerk("import", ".");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("1 deleted issue is left out.");
    expect(ran.stderr).toContain("1 dependency on issues that are not in the file left out.");
    const tasks = await byTitle();
    expect([...tasks.keys()].sort()).toEqual([
      "A nicer list",
      "Highlight the words",
      "Search",
      "Search is slow",
      "Words of a text",
    ]);
    const slow = tasks.get("Search is slow")!;
    expect(slow).toMatchObject({
      status: "in-progress",
      priority: "critical",
      type: "bug",
      assignee: "ada",
      tags: ["search", "speed-up"],
      depends_on: [tasks.get("Words of a text")!.id],
      estimate_minutes: 120,
      created_at: "2026-02-01T08:00:00.123Z",
      acceptance: [
        { text: "under 200 ms", checked: true },
        { text: "nothing is missed", checked: false },
      ],
      metadata: { beads: { external_ref: "gh-9", related: [{ to: "bd-c3", type: "related" }] } },
    });
    expect(await at.rig.data("show", slow.id)).toMatchObject({
      notes: [{ text: "Measured on Monday." }, { text: "Same here.", by: "bob", at: "2026-02-03T10:00:00.000Z" }],
    });
    expect(tasks.get("Words of a text")).toMatchObject({
      status: "done",
      status_reason: "merged",
      completed_at: "2026-01-03T00:00:00.000Z",
      parent: tasks.get("Search")!.id,
    });
    expect(tasks.get("A nicer list")).toMatchObject({ status: "paused", priority: "low", type: "feature" });
    expect(tasks.get("Highlight the words")).toMatchObject({ parent: tasks.get("Search")!.id, depends_on: [] });
  });

  it("Backlog.md: front matter, criteria, sections, a directory or one file", async () => {
    expect(await at.rig.data("import", join(FIXTURES, "backlog"))).toMatchObject({ created: 3, format: "backlog" });
    const tasks = await byTitle();
    const window = tasks.get("Keep the window: its size")!;
    expect(window).toMatchObject({
      key: "backlog:TASK-7",
      status: "in-progress",
      priority: "high",
      assignee: "ada",
      tags: ["window"],
      created_at: "2026-03-01T08:30:00.000Z",
      description: "It opens as large as it was closed.\n\n## Implementation plan\n\n1. Write it down",
      acceptance: [
        { text: "The size is kept", checked: true },
        { text: "A smaller screen is no trouble", checked: false },
      ],
      links: [{ type: "url", target: "https://example.com/issues/4" }],
      metadata: { backlog: { milestone: "m-2", assignees: ["ada", "bob"] } },
    });
    expect(tasks.get("Two screens")).toMatchObject({
      parent: window.id,
      depends_on: [tasks.get("Ask the system")!.id],
    });
    const one = join(FIXTURES, "backlog/tasks/task-9 - Ask-the-system.md");
    expect(await at.rig.failure("import", one)).toMatchObject({ code: "DUPLICATE_KEY" });
  });

  it("taskwerk 0.7: its Markdown, with ids, notes and hours", async () => {
    expect(await at.rig.data("import", join(FIXTURES, "taskwerk-0.7.md"))).toMatchObject({
      created: 2,
      format: "taskwerk-0.7",
    });
    expect(await at.rig.data("show", "TASK-001")).toMatchObject({
      id: "TASK-001",
      title: "Fix the parser",
      description: "Quotes within quotes.\n\nSeen with the long file.",
      status: "in-progress",
      estimate_minutes: 240,
      tags: ["bug", "parser"],
      category: "core",
      created_at: "2025-06-20T10:00:00.000Z",
      depends_on: ["TASK-003"],
      notes: [{ text: "Found it\nin the second pass", by: "ada", at: "2025-06-20T10:30:00.000Z" }],
    });
    expect((await at.rig.data<{ changed: Task[] }>("add", "next")).changed[0]!.id).toBe("TASK-004");
  });

  it("taskwerk 0.7: its JSON; numbers that others have are given anew when asked", async () => {
    await at.rig.data("add", "mine");
    const path = join(FIXTURES, "taskwerk-0.7.json");
    expect(await at.rig.failure("import", path)).toMatchObject({
      code: "DUPLICATE_KEY",
      exit: 8,
      details: { problems: [{ where: "tasks[0]", field: "id", message: "TASK-001 is there already: mine" }] },
    });
    const { ids } = await at.rig.data<ImportResult>("import", path, "--on-conflict", "renumber");
    expect(ids).toEqual({ "TASK-001": "TASK-005" });
    expect(await at.rig.data("show", "5")).toMatchObject({
      title: "Fix the parser",
      estimate_minutes: 240,
      metadata: { taskwerk_07: { progress: 50 } },
    });
    expect(await at.rig.data("show", "4")).toMatchObject({ title: "Release" });
  });
});
