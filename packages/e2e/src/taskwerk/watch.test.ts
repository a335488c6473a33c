import type { ChildProcess } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
  await at.rig.data("add", "first", "-t", "api");
  await at.rig.data("add", "second");
});
afterEach(() => at.rig.remove());

const outputOf = (child: ChildProcess) => {
  const seen = { text: "" };
  child.stdout!.on("data", (chunk) => {
    seen.text += chunk;
  });
  return {
    seen,
    sees: async (text: string) => {
      while (!seen.text.includes(text)) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
};

describe("list --watch where nobody looks", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("prints a line for each event of a task that fits, until %s", async (signal, code) => {
    const { rig } = at;
    const child = rig.start("taskwerk", ["list", "tag:api", "--watch"]);
    const { seen, sees } = outputOf(child);
    // It may not have begun yet: events come until one is seen.
    for (let n = 0; !seen.text.includes("TASK-001"); n += 1) await rig.data("note", "1", `${n}`);
    await rig.data("note", "2", "unseen");
    await rig.data("done", "1");
    await sees("task.completed");
    child.kill(signal);
    expect((await ended(child)).code).toBe(code);
    expect(seen.text).not.toContain("TASK-002");
    for (const line of seen.text.split("\n").slice(0, -1))
      expect(line).toMatch(/^2\S+\ttask\.\w+\tTASK-001\ttester\t$/);
  });

  it("goes on in a store that was restored meanwhile", async () => {
    const { rig } = at;
    await rig.data("db", "backup", "copy.db");
    const child = rig.start("taskwerk", ["list", "--watch"]);
    const { seen } = outputOf(child);
    for (let n = 0; !seen.text.includes("note_added"); n += 1) await rig.data("note", "1", `${n}`);
    await rig.data("db", "restore", "copy.db", "--yes");
    await rig.data("add", "third");
    // The restored store counts from an older event on: events come until one is new to who watches.
    for (let n = 0; !seen.text.includes("TASK-003"); n += 1) await rig.data("note", "3", `${n}`);
    child.kill("SIGTERM");
    expect((await ended(child)).code).toBe(143);
  });

  it("ends when nobody reads it any more", async () => {
    const { rig } = at;
    const child = rig.start("taskwerk", ["list", "--watch", "--json"]);
    const { seen } = outputOf(child);
    for (let n = 0; seen.text === ""; n += 1) await rig.data("note", "1", `${n}`);
    expect(JSON.parse(seen.text.split("\n")[0]!)).toMatchObject({ type: "task.note_added", subject: "TASK-001" });
    const end = ended(child);
    child.stdout!.destroy();
    await rig.data("note", "1", "to nobody");
    await rig.data("note", "1", "to nobody");
    expect((await end).code).toBe(0);
  });
});

it.runIf(hasTerminal())("list --watch draws over itself on a terminal, and leaves its last frame", async () => {
  const { rig } = at;
  const terminal = await openTerminal({ cwd: rig.dir, env: rig.env, columns: 80 });
  try {
    await terminal.types(`${process.execPath} ${programPath("taskwerk")} list --watch`);
    await terminal.sees("2 open: 2 ready.");
    await rig.data("start", "2");
    const screen = await terminal.sees("2 open: 1 ready, 1 in progress.");
    expect(screen.match(/TITLE/g)).toHaveLength(1);
    await terminal.presses("C-c");
    await terminal.types("echo code=$?");
    const last = await terminal.sees("code=130");
    expect(last).toContain("2 open: 1 ready, 1 in progress.");
  } finally {
    await terminal.close();
  }
});
