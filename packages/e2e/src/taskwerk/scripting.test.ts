import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { ended, programPath } from "../rig.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const add = async (...args: readonly string[]): Promise<Task> =>
  (await at.rig.data<TaskWrite>("add", ...args)).changed[0]!;
const list = (...args: readonly string[]): Promise<readonly Task[]> => at.rig.data("list", ...args);

describe("what a script relies on", () => {
  it("adds a key once, however often it is typed", async () => {
    const { rig } = at;
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await rig.taskwerk("add", "-q", "--key", "k", "--if-absent", "x")).stdout);
    expect(ids).toEqual(["TASK-001\n", "TASK-001\n", "TASK-001\n"]);
    expect(await rig.failure("add", "--key", "k", "x")).toMatchObject({ code: "DUPLICATE_KEY", exit: 8 });
  });

  it("does with one idempotency key one thing", async () => {
    const { rig } = at;
    await rig.data("add", "x", "--idempotency-key", "k");
    await rig.data("add", "x", "--idempotency-key", "k");
    expect(await list()).toHaveLength(1);
    expect(await rig.failure("add", "y", "--idempotency-key", "k")).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });

  it("has its rows in every format, and pages that say so", async () => {
    const { rig } = at;
    await rig.run("taskwerk", ["import", "-"], {
      stdin: JSON.stringify(Array.from({ length: 60 }, (_, n) => ({ title: `t${n}` }))),
    });
    const plain = await rig.taskwerk("list");
    expect(plain.stdout.split("\n")).toHaveLength(51);
    expect(plain.stderr).toContain("50 of 60");
    expect((await rig.taskwerk("list", "--limit", "0", "-q")).stdout.split("\n")).toHaveLength(61);
    expect(
      (await rig.taskwerk("list", "--format", "ndjson", "--limit", "2")).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(["TASK-001", "TASK-002"]);
    expect((await rig.taskwerk("list", "--limit", "1", "--format", "table", "--no-color")).stdout).toContain(
      "ID        STATUS",
    );
    expect((await rig.taskwerk("list", "--limit", "1", "--fields", "id,priority,title")).stdout).toBe(
      "TASK-001\tmedium\tt0\n",
    );
    const first = JSON.parse((await rig.taskwerk("list", "--json", "--limit", "40")).stdout);
    const second = JSON.parse(
      (await rig.taskwerk("list", "--json", "--limit", "40", "--cursor", first.page.cursor)).stdout,
    );
    expect(new Set([...first.data, ...second.data].map(({ id }: Task) => id)).size).toBe(60);
    expect(second.page).toMatchObject({ returned: 20, total: 60, truncated: false, cursor: null });
  });

  it("says under -q which tasks an import made, and no others", async () => {
    await add("there", "--key", "k");
    const stdin = JSON.stringify([
      { title: "a" },
      { title: "b", key: "k" },
      { ref: "c", title: "c", parent: "TASK-1" },
    ]);
    const ran = await at.rig.run("taskwerk", ["import", "-", "-q", "--on-conflict", "skip"], { stdin });
    expect(ran).toEqual({ code: 0, stdout: "TASK-002\nTASK-001.1\n", stderr: "" });
  });

  it("gives events in order, after a cursor", async () => {
    const { rig } = at;
    await add("one");
    await add("two");
    const events = await rig.data<readonly { cursor: number; type: string; subject: string }[]>("events", "list");
    expect(events.filter(({ type }) => type === "task.created").map(({ subject }) => subject)).toEqual([
      "TASK-001",
      "TASK-002",
    ]);
    const rest = await rig.data<readonly { cursor: number }[]>("events", "list", "--since", String(events[0]!.cursor));
    expect(rest.every(({ cursor }) => cursor > events[0]!.cursor)).toBe(true);
    expect(await rig.data("status")).toMatchObject({ tasks: { todo: 2 }, ready: 2 });
    expect((await rig.taskwerk("events", "list", "--limit", "1")).stderr).toBe(
      `1 of ${events.length} shown; the rest: --since ${events[0]!.cursor}.\n`,
    );
  });

  it("ends quietly when its reader has gone", async () => {
    const { rig } = at;
    await rig.run("taskwerk", ["import", "-"], {
      stdin: JSON.stringify(Array.from({ length: 5_000 }, (_, n) => ({ title: `title number ${n}` }))),
    });
    const child = rig.start("taskwerk", ["list", "--limit", "0", "--json"]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    let said = "";
    child.stderr!.on("data", (text) => {
      said += text;
    });
    await new Promise((resolve) => child.once("close", resolve));
    expect(said).toBe("");
  });

  it.skipIf(!existsSync("/dev/full"))("says on stderr that stdout cannot be written", async () => {
    for (const [program, ...args] of [
      ["taskwerk", "list", "--json"] as const,
      ["conductor", "help", "--json"] as const,
    ]) {
      const words = [process.execPath, programPath(program), ...args];
      const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...words], { cwd: at.rig.dir, env: at.rig.env });
      const { code, stderr } = await ended(child);
      expect(stderr).toMatch(/^error INTERNAL: stdout cannot be written: ENOSPC.*\n.*before you run it again.*\n$/);
      expect(code).toBe(1);
    }
  });

  it.skipIf(!existsSync("/dev/full"))("says that it is done where only the answer could not be written", async () => {
    for (const args of [
      ["add", "one"],
      ["done", "1", "--json"],
    ]) {
      const words = [process.execPath, programPath("taskwerk"), ...args];
      const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...words], { cwd: at.rig.dir, env: at.rig.env });
      const { code, stderr } = await ended(child);
      expect(stderr).toMatch(/^error INTERNAL: it is done, but .*\n {2}Do not run it again/);
      expect(code).toBe(1);
    }
    expect((await list("--all")).map(({ status }) => status)).toEqual(["done"]);
  });

  it("has one value a line, without a head, of whatever it asks for", async () => {
    await add("one");
    expect((await at.rig.taskwerk("show", "1", "--fields", "id,title")).stdout).toBe("TASK-001\tone\n");
  });

  it("never lets a title act on a terminal", async () => {
    const { rig } = at;
    const evil = "a\u001b[2J\u001b]52;c;eA==\u0007b\u202ec\td";
    await add(evil);
    for (const args of [["list"], ["list", "--format", "table"], ["show", "1"], ["list", "--json"], ["done", "1"]]) {
      expect((await rig.taskwerk(...args)).stdout).not.toMatch(/[\u001b\u009b\u202e\u0007]/);
    }
    expect((await rig.data<Task>("show", "1")).title).toBe(evil);
  });
});
