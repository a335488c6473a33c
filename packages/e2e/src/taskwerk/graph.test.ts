import type { ClaimResult } from "@taskwerk/contract/claim";
import type { Brief } from "@taskwerk/contract/context";
import type { Why } from "@taskwerk/contract/graph";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import type { TransitionResult } from "@taskwerk/contract/transition";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

const at = { rig: undefined as unknown as Rig };
const tw = async (...args: readonly string[]): Promise<string> => {
  const ran = await at.rig.taskwerk(...args);
  expect(ran, args.join(" ")).toMatchObject({ code: 0 });
  return ran.stdout;
};
beforeEach(async () => {
  at.rig = await makeRig();
  await tw("init");
  await tw("add", "Crawl", "-p", "high", "--estimate", "90m", "-t", "net");
  await tw("split", "1", "Parse links", "Limit requests", "Retry", "--divide-estimate");
  await tw("dep", "add", "1.2", "1.1");
});
afterEach(() => at.rig.remove());

describe("parts and dependencies", () => {
  it("are split, moved, drawn, proved and taken back", async () => {
    const { rig } = at;
    expect(await tw("list", "--fields", "id,priority,estimate_minutes,tags", "under:1")).toBe(
      ["TASK-001.1", "TASK-001.3", "TASK-001.2"].map((id) => `${id}\thigh\t30\tnet\n`).join(""),
    );
    expect(await tw("why", "1.2", "--fields", "id,ready,ends")).toBe("TASK-001.2\tfalse\tTASK-001.1\n");
    expect(await rig.data<Why>("why", "1")).toMatchObject({ ready: false, ends: ["TASK-001.1", "TASK-001.3"] });
    expect(await tw("tree", "--format", "mermaid")).toContain("  TASK_001_1 --> TASK_001_2\n");
    expect(await tw("tree", "1", "--format", "dot")).toContain('subgraph "cluster_TASK-001"');
    expect((await rig.data<readonly Task[]>("tree", "1")).map(({ id }) => id)).toHaveLength(4);
    expect(await rig.failure("tree", "9")).toMatchObject({ code: "TASK_NOT_FOUND", exit: 3 });
    expect(await rig.failure("tree", "--format", "svg")).toMatchObject({ code: "USAGE", exit: 2 });

    expect(await rig.failure("dep", "add", "1.1", "1.2")).toMatchObject({
      code: "DEPENDENCY_CYCLE",
      exit: 8,
      details: { path: ["TASK-001.1", "TASK-001.2", "TASK-001.1"] },
    });
    expect(await rig.failure("dep", "add", "1", "1.1")).toMatchObject({ code: "HIERARCHY_CONFLICT", exit: 8 });
    expect(await rig.failure("dep", "check", "1.1", "1.2")).toMatchObject({ code: "DEPENDENCY_CYCLE", exit: 8 });
    expect(await tw("dep", "check", "1.3", "1.2", "-q")).toBe("TASK-001.3\n");
    expect(await tw("dep", "cycles")).toBe("");
    await tw("cancel", "1.1");
    const check = await rig.taskwerk("dep", "check", "--json");
    expect([check.code, JSON.parse(check.stdout).data.never]).toEqual([
      8,
      [{ id: "TASK-001.2", on: "TASK-001.1", why: "cancelled" }],
    ]);
    expect((await rig.data<TaskWrite>("undo")) !== null).toBe(true);

    await tw("move", "1.3", "--parent", "none");
    expect(await rig.data<Task>("show", "1.3")).toMatchObject({ id: "TASK-001.3", parent: null });
    expect(await rig.failure("move", "1", "--parent", "1.1")).toMatchObject({ code: "HIERARCHY_CONFLICT", exit: 8 });
    expect(await rig.failure("move", "1.3")).toMatchObject({ code: "USAGE", exit: 2 });
    await tw("undo");
    expect(await rig.data<Task>("show", "1.3")).toMatchObject({ parent: "TASK-001" });
  }, 60_000);

  it("close with their last part, or all at once, and cancelled ones let go when told so", async () => {
    const { rig } = at;
    expect(await rig.failure("done", "1")).toMatchObject({ code: "DEPENDENCY_OPEN", exit: 8 });
    await tw("done", "1.1", "1.2", "1.3");
    expect(await rig.data<Task>("show", "1")).toMatchObject({ status: "done" });
    await tw("undo");
    expect(await rig.data<Task>("show", "1")).toMatchObject({ status: "todo" });
    await tw("cancel", "1.1", "--satisfy");
    expect(await tw("ready", "-q")).toBe("TASK-001.2\nTASK-001.3\n");
    await tw("done", "1", "--cascade");
    expect(await tw("ready", "-q")).toBe("");
  }, 60_000);
});

describe("what hangs on a task", () => {
  it("is checked, linked, tagged and read as a brief", async () => {
    const { rig } = at;
    await tw("ac", "add", "1.1", "Links are absolute", "Code blocks are skipped");
    await tw("ac", "check", "1.1", "1", "--evidence", "test parse.test.ts");
    expect(await rig.failure("ac", "check", "1.1", "7")).toMatchObject({ code: "CRITERION_NOT_FOUND", exit: 3 });
    expect(await rig.failure("ac", "rm", "1.1", "x")).toMatchObject({ code: "USAGE", exit: 2 });
    await tw("link", "1.1", "--commit", "4be1c02", "--pr", "12");
    await tw("note", "1.1", "Anchors stay as they are", "--type", "decision");
    await tw("tag", "add", "1.1,1.2", "api");
    expect(await tw("tag", "list")).toBe("net\t4\t4\t0\napi\t2\t2\t0\n");
    await tw("tag", "rename", "api", "http");
    expect(await tw("list", "tag:http", "-q")).toBe("TASK-001.1\nTASK-001.2\n");
    await tw("done", "1.1");
    const brief = await tw("context", "1.2", "--budget", "300");
    expect(brief).toContain("# TASK-001.2 Limit requests");
    expect(brief).toContain("TASK-001.1 Parse links (done): commit 4be1c02; pr 12");
    expect(brief).toContain("Anchors stay as they are");
    expect(await tw("context", "1.2", "--budget", "300")).toBe(brief);
    const data = await rig.data<Brief>("context", "1.2", "--budget", "300");
    expect(data.text).toBe(brief);
    expect(data.tokens).toBeLessThanOrEqual(300);
    expect(JSON.parse(await tw("context", "1.2", "--format", "json"))).toMatchObject({
      id: "TASK-001.2",
      budget: 4000,
    });
    expect(await rig.failure("context", "1.2", "--budget", "10")).toMatchObject({ code: "VALIDATION_FAILED", exit: 2 });
    await tw("ac", "uncheck", "1.1", "1");
    await tw("ac", "rm", "1.1", "2");
    await tw("link", "1.1", "--pr", "12", "--remove");
    expect(await rig.data<Task>("show", "1.1")).toMatchObject({
      acceptance: [{ n: 1, checked: false, evidence: null }],
      links: [{ type: "commit", target: "4be1c02" }],
    });
  }, 60_000);
});

describe("claims", () => {
  it("are listed, taken over by force, and go from one task to the next", async () => {
    const { rig } = at;
    const { claim } = await rig.data<ClaimResult>("claim", "--next", "--as", "w");
    expect(await tw("claims")).toBe(`TASK-001.1\tw\t${claim.lease_until}\tParse links\n`);
    const next = await rig.data<TransitionResult>("done", "1.1", "--claim", claim.token, "--next", "--as", "w");
    expect(next.next).toMatchObject({ task: { id: "TASK-001.2" } });
    const row = await tw(
      "done",
      "1.2",
      "--claim",
      next.next!.claim.token,
      "--next",
      "--as",
      "w",
      "--fields",
      "id,token",
    );
    expect(row).toMatch(/^TASK-001\.3\t[0-9A-Z]{26}\.1\n$/);
    expect(await rig.failure("done", "1.3")).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8 });
    await tw("release", "1.3", "--force", "--reason", "gone");
    expect(await rig.failure("heartbeat", "1.3", "--claim", row.trim().split("\t")[1]!)).toMatchObject({
      code: "CLAIM_LOST",
      exit: 8,
    });
    const last = await rig.taskwerk("done", "1.3", "--next");
    expect(last).toMatchObject({ code: 0, stdout: "" });
    expect(await rig.failure("done", "1.3", "--as", "w")).toMatchObject({ code: "USAGE", exit: 2 });
  }, 60_000);

  it("leave files alone that another works on", async () => {
    await tw("add", "a", "--files", "src/**", "-p", "critical");
    await tw("add", "b", "--files", "src/b.ts", "-p", "critical");
    await tw("claim", "--next", "--as", "one");
    expect(await tw("claim", "--next", "--skip-file-conflicts", "--as", "two", "-q")).toBe("TASK-001.1\n");
  });
});

it("tells a coding agent what it needs in at most 40 lines, each of whose commands is one", async () => {
  const text = await tw("instructions");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  const verbs = new Set(Array.from(text.matchAll(/`taskwerk ([a-z]+(?: (?:add|check))?)/g), ([, verb]) => verb!));
  expect(verbs.size).toBeGreaterThan(12);
  verbs.delete("help");
  for (const verb of verbs) {
    const help = await at.rig.taskwerk("help", ...(verb === "add" ? ["add"] : verb.split(" ")));
    expect(help.code, verb).toBe(0);
  }
}, 60_000);
