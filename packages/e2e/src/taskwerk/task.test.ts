import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImportResult } from "@taskwerk/contract/import-tasks";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const add = async (...args: readonly string[]): Promise<Task> =>
  (await at.rig.data<TaskWrite>("add", ...args)).changed[0]!;
const list = (...args: readonly string[]): Promise<readonly Task[]> => at.rig.data("list", ...args);

describe("the founding spellings", () => {
  it("work as they are written", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--session", "orchestration-42");
    expect((await list()).map(({ id }) => id)).toEqual(["TASK-001", "TASK-002"]);
    expect(await rig.data("show", "TASK-001")).toMatchObject({ id: "TASK-001", title: "one" });
    expect((await list("--session", "orchestration-42")).map(({ title }) => title)).toEqual(["two"]);
    await rig.data("update", "--status", "in-progress", "--tasks", "TASK-001,TASK-002");
    expect((await list()).map(({ status }) => status)).toEqual(["in-progress", "in-progress"]);
    expect((await rig.data<TaskWrite>("complete", "TASK-001")).changed[0]).toMatchObject({ status: "done" });
    await writeFile(join(rig.dir, "tasks.json"), JSON.stringify({ tasks: [{ title: "three" }, { title: "four" }] }));
    expect(await rig.data<ImportResult>("import", "tasks.json", "--batch")).toMatchObject({ created: 2 });
    expect((await list("--all")).length).toBe(4);
  });
});

describe("a task", () => {
  it("keeps everything it was given", async () => {
    await add("first");
    const task = await add(
      ...["Fix login", "-d", "It hangs", "-p", "critical", "-a", "bob", "-t", "api,net", "--after", "1"],
      ...["--estimate", "4h", "--category", "web", "--type", "bug", "--ac", "It answers", "--files", "src/**"],
      ...[
        "--capability",
        "node",
        "--meta",
        "ticket=7",
        "--key",
        "JIRA-7",
        "--note",
        "seen twice",
        "--due",
        "2027-01-31",
      ],
    );
    const shown = await at.rig.data<Task & { notes: readonly { text: string }[] }>("show", task.id);
    expect(shown).toMatchObject({
      title: "Fix login",
      description: "It hangs",
      priority: "critical",
      assignee: "bob",
      tags: ["api", "net"],
      depends_on: ["TASK-001"],
      estimate_minutes: 240,
      category: "web",
      type: "bug",
      files: ["src/**"],
      capabilities: ["node"],
      metadata: { ticket: "7" },
      key: "JIRA-7",
      ready: false,
    });
    expect(shown.acceptance.map(({ text }) => text)).toEqual(["It answers"]);
    expect(shown.notes.map(({ text }) => text)).toEqual(["seen twice"]);
    expect(shown.due_at).toMatch(/^2027-(01-31|02-01)/);
  });

  it("is changed, and only where it was said", async () => {
    await add("one", "-t", "a,b");
    const { rig } = at;
    const { changed } = await rig.data<TaskWrite>("update", "1", "--title", "new", "--tag", "+c,-a", "-p", "high");
    expect(changed[0]).toMatchObject({ title: "new", tags: ["b", "c"], priority: "high", rev: 2 });
    await rig.data("update", "1", "--meta", "a=1", "--meta", "b=2");
    const { changed: met } = await rig.data<TaskWrite>("update", "1", "--meta", "c=3", "--meta", "a=");
    expect(met[0]!.metadata).toEqual({ b: "2", c: "3" });
    expect(await rig.failure("update", "1", "--title", "x", "--if-rev", "1")).toMatchObject({
      code: "REV_MISMATCH",
      exit: 8,
    });
  });

  it("goes through its life, and says what can start because of it", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--after", "TASK-001");
    await rig.data("start", "1");
    await rig.data("review", "1");
    const { unblocked } = await rig.data<TaskWrite>("done", "1", "--evidence", "commit=abc");
    expect(unblocked.map(({ id }) => id)).toEqual(["TASK-002"]);
    expect((await rig.data<TaskWrite>("done", "1")).unchanged).toHaveLength(1);
    await rig.data("block", "2", "--reason", "no registry");
    expect((await rig.taskwerk("show", "2")).stdout).toMatch(/^ {2}Reason +no registry$/m);
    expect((await rig.taskwerk("list", "--format", "table")).stdout).toMatch(/blocked .* no registry$/m);
    expect(await rig.data("ready")).toEqual([]);
    const again = await rig.data<TaskWrite>("block", "2", "--reason", "still no registry");
    expect(again.changed).toMatchObject([{ status: "blocked", status_reason: "still no registry" }]);
    expect((await rig.data<TaskWrite>("block", "2", "--reason", "still no registry")).unchanged).toHaveLength(1);
    await rig.data("unblock", "2");
    await rig.data("start", "2");
    await rig.data("pause", "2");
    await rig.data("cancel", "2");
    await rig.data("reopen", "2");
    expect(await rig.data("show", "2")).toMatchObject({ status: "todo" });
    expect(await rig.failure("unblock", "1")).toMatchObject({ code: "INVALID_TRANSITION", exit: 8 });
    expect(await rig.failure("pause", "1")).toMatchObject({ code: "INVALID_TRANSITION", exit: 8 });
  });

  it("takes only what its move can do", async () => {
    const { rig } = at;
    await add("one");
    expect(await rig.failure("done", "1", "--satisfy")).toMatchObject({ code: "USAGE", exit: 2 });
    expect(await rig.failure("start", "1", "--cascade")).toMatchObject({ code: "USAGE", exit: 2 });
    expect((await rig.data<Task>("show", "1")).status).toBe("todo");
    await rig.data("cancel", "1", "--satisfy");
  });

  it("is found by the status that lists show", async () => {
    const { rig } = at;
    await add("one");
    await add("two", "--after", "1");
    const ids = async (...args: readonly string[]) => (await rig.taskwerk("list", "-q", ...args)).stdout;
    expect(await ids("-s", "ready")).toBe("TASK-001\n");
    expect(await ids("status:ready")).toBe("TASK-001\n");
    expect(await ids("-s", "ready", "is:ready")).toBe("TASK-001\n");
    await add("three", "-s", "review");
    expect(await ids("-s", "ready,review")).toBe("TASK-003\nTASK-001\n");
  });

  it("depends on others, both ways shown", async () => {
    const { rig } = at;
    for (const title of ["one", "two", "three"]) await add(title);
    await rig.data("dep", "add", "3", "1", "2");
    expect((await rig.taskwerk("dep", "list", "3")).stdout).toBe(
      "TASK-003\tdepends_on\tTASK-001\nTASK-003\tdepends_on\tTASK-002\n",
    );
    await rig.data("dep", "rm", "3", "1");
    expect(await rig.data("show", "3")).toMatchObject({ depends_on: ["TASK-002"] });
    expect(await rig.failure("dep", "add", "2", "3")).toMatchObject({ code: "DEPENDENCY_CYCLE", exit: 8 });
  });
});
