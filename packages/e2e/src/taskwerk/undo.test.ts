import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { taskwerkClient } from "@taskwerk/contract/client";
import type { HistoryEntry, LoggedOp, UndoResult } from "@taskwerk/contract/log";
import type { Session, ShownSession } from "@taskwerk/contract/session";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { firstLine, programPath } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();

const add = async (...args: readonly string[]): Promise<Task> =>
  (await at.rig.data<TaskWrite>("add", ...args)).changed[0]!;
const show = (id: string): Promise<Task> => at.rig.data("show", id);
const undo = (...args: readonly string[]): Promise<UndoResult> => at.rig.data("undo", ...args);
const log = (...args: readonly string[]): Promise<readonly LoggedOp[]> => at.rig.data("log", ...args);

describe("taskwerk log", () => {
  it("lists what was changed, of a task, a session, an actor, a time, in pages", async () => {
    const { rig } = at;
    await add("A");
    await add("B", "--session", "S", "--actor", "bob");
    await rig.data("update", "1", "-p", "high", "--session", "S");
    const all = await log();
    expect(all.map(({ command, actor, session, summary }) => [command, actor, session, summary])).toEqual([
      ["task.update", "tester", "S", ["TASK-001 priority medium -> high"]],
      ["task.add", "bob", "S", ["added TASK-002 B"]],
      ["task.add", "tester", null, ["added TASK-001 A"]],
    ]);
    expect(all[0]!.changes).toEqual([
      {
        task: "TASK-001",
        subject: (await show("1")).uid,
        entity: "task",
        before: { priority: "medium" },
        after: { priority: "high" },
      },
    ]);
    expect(await log("1")).toHaveLength(2);
    expect(await log("--session", "S")).toHaveLength(2);
    expect(await log("--by", "bob")).toHaveLength(1);
    expect(await log("--by", "me")).toHaveLength(2);
    expect(await log("--since", "1h")).toHaveLength(3);
    expect(await log("--since", "+1d")).toHaveLength(0);
    const page = await rig.run("taskwerk", ["log", "--limit", "2", "--json"]);
    const { cursor } = JSON.parse(page.stdout).page;
    expect((await log("--limit", "2", "--cursor", cursor)).map(({ op }) => op)).toEqual([all[2]!.op]);
    expect((await rig.taskwerk("log", "-q", "--limit", "1")).stdout.trim()).toBe(all[0]!.op);
    const { stdout } = await rig.taskwerk("log", "1");
    expect(stdout.split("\n")[0]!.split("\t").slice(2)).toEqual([
      "tester",
      "S",
      "task.update",
      "TASK-001 priority medium -> high",
    ]);
    expect(await rig.failure("log", "--session", "X")).toMatchObject({ code: "SESSION_NOT_FOUND", exit: 3 });
    expect(await rig.failure("log", "9")).toMatchObject({ code: "TASK_NOT_FOUND", exit: 3 });
    expect(await rig.failure("log", "--since", "when")).toMatchObject({ code: "INVALID_DATE", exit: 2 });
    expect(await rig.failure("log", "--limit", "x")).toMatchObject({ code: "USAGE", exit: 2 });
  });

  it("of one task tells each field before and after, also of one that is deleted", async () => {
    const { rig } = at;
    await add("A", "-t", "x");
    await rig.data("update", "1", "--title", "B", "-t", "+y,-x");
    await rig.data("delete", "1");
    const history = await rig.data<readonly HistoryEntry[]>("show", "1", "--history");
    expect(history.map(({ field, before, after }) => [field, before, after])).toEqual([
      ["deleted", false, true],
      ["title", "A", "B"],
      ["tags", null, "y"],
      ["tags", "x", null],
      ["created", null, "A"],
    ]);
    expect(history[1]!.op).toBe((await log())[1]!.op);
    expect((await rig.taskwerk("show", "1", "--history", "--fields", "field,before,after")).stdout).toContain(
      "title\tA\tB",
    );
  });
});

describe("taskwerk undo", () => {
  it("takes back the last change, another one, the last few or a session; an undo of it is redo", async () => {
    const { rig } = at;
    await add("A");
    const updated = await rig.run("taskwerk", ["update", "1", "--title", "B", "--json"]);
    const { op } = JSON.parse(updated.stdout).meta;
    const planned = await undo("--dry-run");
    expect(planned).toMatchObject({ dry_run: true, op: null, restored: [{ field: "title", from: "B", to: "A" }] });
    expect((await show("1")).title).toBe("B");
    const done = await undo();
    expect((await show("1")).title).toBe("A");
    await undo("--op", done.op!);
    expect((await show("1")).title).toBe("B");
    await undo("--op", op.slice(-8));
    await add("C", "--session", "S");
    await rig.data("update", "1", "-p", "high", "--session", "S");
    expect(await undo("--session", "S", "--dry-run")).toMatchObject({ tasks: 2 });
    await undo("--session", "S");
    expect((await rig.data<readonly Task[]>("list")).map(({ id, priority }) => [id, priority])).toEqual([
      ["TASK-001", "medium"],
    ]);
    await rig.data("update", "1", "--title", "D");
    await rig.data("update", "1", "--title", "E");
    await undo("--last", "2");
    expect((await show("1")).title).toBe("A");
    expect((await rig.taskwerk("undo", "-q")).stdout).toBe("TASK-001\n");
    expect(await rig.failure("undo")).toMatchObject({ code: "OP_NOT_FOUND", exit: 3 });
    expect(await rig.failure("undo", "--op", op)).toMatchObject({ code: "UNDO_CONFLICT", exit: 8 });
    expect(await rig.failure("undo", "--op", op, "--last", "2")).toMatchObject({ code: "USAGE", exit: 2 });
    expect(await rig.failure("undo", "--last", "0")).toMatchObject({ code: "USAGE", exit: 2 });
    expect(await rig.failure("undo", "--session", "X")).toMatchObject({ code: "SESSION_NOT_FOUND", exit: 3 });
    expect(await rig.data("db", "check")).toMatchObject({ ok: true });
  });

  it("names what stands in its way, and whose it is", async () => {
    const { rig } = at;
    await add("A");
    await rig.data("update", "1", "--title", "mine");
    await rig.data("update", "1", "--title", "theirs", "--actor", "bob");
    const { code, stderr } = await rig.taskwerk("undo");
    expect(code).toBe(8);
    expect(stderr).toMatch(/UNDO_CONFLICT: TASK-001 title: was changed since by bob\. Nothing was taken back/);
    expect(stderr).toMatch(/taskwerk undo --op [0-9A-Z]{26}/);
  });

  it("keeps to the actor and the session of its surroundings", async () => {
    const { rig } = at;
    const as = (session: string, ...args: readonly string[]) =>
      rig.run("taskwerk", [...args, "--json"], { env: { TASKWERK_SESSION: session, TASKWERK_ACTOR: "agent" } });
    await as("one", "add", "A");
    await as("two", "add", "B");
    const { stdout } = await as("one", "undo");
    expect(JSON.parse(stdout).data.changed).toMatchObject([{ title: "A", updated_by: "agent" }]);
    expect((await log())[0]).toMatchObject({ command: "op.undo", session: "one", actor: "agent" });
  });

  it("of a claim is for who holds it, or has its token", async () => {
    const { rig } = at;
    await add("A");
    const { claim } = await rig.data<{ claim: { token: string } }>("claim", "1", "--as", "agent", "--actor", "agent");
    const [{ op }] = (await log()) as [LoggedOp];
    expect(await rig.failure("undo", "--op", op)).toMatchObject({ code: "UNDO_CONFLICT" });
    await undo("--op", op, "--claim", claim.token);
    expect(await show("1")).toMatchObject({ status: "todo", claim: null });
  });

  it("is done once under a key, and another call with it is refused", async () => {
    const { rig } = at;
    await add("A");
    await add("B");
    const once = await undo("--idempotency-key", "k");
    expect(await undo("--idempotency-key", "k")).toEqual(once);
    expect(await rig.data<readonly Task[]>("list")).toHaveLength(1);
    expect(await rig.failure("undo", "--last", "2", "--idempotency-key", "k")).toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
      exit: 8,
    });
  });

  it.runIf(hasTerminal())("says on a terminal how to take a change back, and how to have it again", async () => {
    const { rig } = at;
    await add("Fix the login");
    const terminal = await openTerminal({ cwd: rig.dir, env: rig.env, columns: 80 });
    try {
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} done 1`);
      await terminal.sees("Take it back: taskwerk undo");
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} undo`);
      await terminal.sees(/TASK-001 {2}status {2}done -> todo\s+Do it again: taskwerk undo --op [0-9A-Z]{8}/);
    } finally {
      await terminal.close();
    }
  });
});

describe("over HTTP", () => {
  it("there are the same operations, with keys that do each write once", async () => {
    const { rig } = at;
    const child = rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
    await firstLine(child);
    try {
      const { url, token } = JSON.parse(await readFile(join(rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;
      const client = taskwerkClient({ url, token, actor: "story", session: "S" });
      const added = await client.call("task.add", { title: "A" });
      await client.call("task.update", { ids: ["1"], title: "B" }, { idempotencyKey: "u" });
      const { data } = await client.call("op.list", { task: "1", limit: 1 });
      expect(data).toMatchObject([{ command: "task.update", session: "S" }]);
      expect((await client.call("task.history", { id: "1" })).data[0]).toMatchObject({ field: "title", before: "A" });
      const undone = await client.call("op.undo", { op: "last" }, { idempotencyKey: "k" });
      expect(undone.data.changed).toMatchObject([{ title: "A" }]);
      expect((await client.call("op.undo", { op: "last" }, { idempotencyKey: "k" })).data).toEqual(undone.data);
      await expect(client.call("op.undo", { op: added.meta.op! }, { idempotencyKey: "k" })).rejects.toMatchObject({
        code: "IDEMPOTENCY_MISMATCH",
      });
      const replayed = await client.call("task.update", { ids: ["1"], title: "B" }, { idempotencyKey: "u" });
      expect(replayed.warnings).toEqual([expect.stringContaining(`taskwerk undo --op ${undone.data.op}`)]);
      expect((await client.call("session.list", {})).data).toMatchObject([{ id: "S", ops: 3, undone: 1 }]);
      expect((await client.call("session.show", { session: "S" })).data.log).toHaveLength(3);
      await client.call("session.end", { session: "S" });
      await client.call("session.start", { session: "T" });
      await client.call("task.delete", { ids: ["1"] });
      await client.call("task.restore", { ids: ["1"] });
      await expect(client.call("task.archive", { ids: ["1"] })).rejects.toMatchObject({ code: "INVALID_TRANSITION" });
      expect((await client.call("session.undo", { session: "S" })).data).toMatchObject({ tasks: 1 });
      await expect(client.call("task.purge", {})).rejects.toMatchObject({ code: "CONFIRMATION_REQUIRED" });
      expect((await client.call("task.purge", { confirm: true })).data.purged).toEqual(["TASK-001"]);
      expect((await client.call("db.check", {})).data.problems).toEqual([]);
    } finally {
      await rig.taskwerk("api", "stop");
    }
  });
});

describe("taskwerk session", () => {
  it("starts, ends, lists, shows and takes back", async () => {
    const { rig } = at;
    expect(await rig.data<Session>("session", "start", "S")).toMatchObject({ id: "S", ops: 0 });
    await add("A", "--session", "S");
    await add("B", "--session", "T");
    expect(await rig.data<Session>("session", "end", "S")).toMatchObject({ ended_at: expect.any(String), ops: 1 });
    expect((await rig.data<readonly Session[]>("session", "list", "--active")).map(({ id }) => id)).toEqual(["T"]);
    expect(await rig.data<readonly Session[]>("session", "list", "--limit", "1")).toHaveLength(1);
    expect(await rig.data<ShownSession>("session", "show", "S", "--limit", "0")).toMatchObject({
      tasks: 1,
      log: expect.arrayContaining([expect.objectContaining({ summary: ["added TASK-001 A"] })]),
    });
    expect((await rig.taskwerk("session", "show", "T")).stdout).toContain("1 operation, 1 task");
    expect(await rig.data<UndoResult>("session", "undo", "S", "--dry-run")).toMatchObject({ dry_run: true, tasks: 1 });
    expect(await rig.data<UndoResult>("session", "undo", "S")).toMatchObject({ tasks: 1 });
    expect((await rig.data<readonly Task[]>("list")).map(({ title }) => title)).toEqual(["B"]);
    for (const verb of ["end", "show", "undo"]) {
      expect(await rig.failure("session", verb, "X")).toMatchObject({ code: "SESSION_NOT_FOUND", exit: 3 });
    }
  });
});

describe("delete, archive, restore and purge", () => {
  it("hide tasks, count them, bring them back, and make them go for good only when told twice", async () => {
    const { rig } = at;
    await add("P");
    await add("c", "--parent", "1");
    await add("waits", "--after", "1");
    expect(await rig.failure("delete", "1")).toMatchObject({ code: "HIERARCHY_CONFLICT", exit: 8 });
    const deleted = await rig.taskwerk("delete", "1", "--cascade");
    expect(deleted.stderr).toContain("TASK-002 still waits for TASK-001");
    expect(await rig.data("status")).toMatchObject({ deleted: 2, archived: 0 });
    expect((await rig.taskwerk("list", "--all", "-q")).stdout).toBe("TASK-002\n");
    expect((await rig.taskwerk("show", "1")).stdout).toContain("bring it back: taskwerk restore TASK-001");
    expect((await rig.taskwerk("restore", "1", "-q")).stdout).toBe("TASK-001\nTASK-001.1\n");
    await rig.data("done", "1", "--cascade");
    expect((await rig.taskwerk("archive", "1", "-q")).stdout).toBe("TASK-001\nTASK-001.1\n");
    await undo();
    await rig.data("delete", "2");
    expect(await rig.failure("purge")).toMatchObject({ code: "CONFIRMATION_REQUIRED", exit: 4 });
    expect(await rig.failure("purge", "1", "--yes")).toMatchObject({ code: "INVALID_TRANSITION", exit: 8 });
    expect((await rig.taskwerk("purge", "--dry-run", "-q")).stdout).toBe("TASK-002\n");
    expect((await rig.taskwerk("purge", "--yes")).stdout).toBe("Gone for good: TASK-002.\n");
    expect((await rig.taskwerk("purge", "--yes")).stdout).toBe("Nothing is deleted.\n");
    expect(await rig.failure("show", "2")).toMatchObject({ code: "TASK_NOT_FOUND" });
    expect((await add("new")).id).toBe("TASK-003");
    expect(await rig.data("db", "check")).toMatchObject({ ok: true });
  });

  it.runIf(hasTerminal())("ask at a terminal before a purge", async () => {
    const { rig } = at;
    await add("A");
    await rig.data("delete", "1");
    const terminal = await openTerminal({ cwd: rig.dir, env: rig.env, columns: 80 });
    try {
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} purge`);
      await terminal.sees("Go on? [y/N]");
      await terminal.types("n");
      await terminal.sees("CONFIRMATION_REQUIRED");
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} purge`);
      await terminal.sees(/CONFIRMATION_REQUIRED[\s\S]*Go on\? \[y\/N\]/);
      await terminal.types("y");
      await terminal.sees("Gone for good: TASK-001.");
    } finally {
      await terminal.close();
    }
  });
});
