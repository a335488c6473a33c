import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CheckReport } from "@taskwerk/contract/check";
import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, makeRig, type Rig } from "../rig.ts";
import { holdUpBackup, holdUpImport } from "./held-up.ts";
import { mayTrace } from "./traced.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
  await at.rig.data("add", "first");
});
afterEach(() => at.rig.remove());

const CODES = [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const;
const importMany = async (): Promise<void> => {
  const stdin = JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ title: `imported ${n}` })));
  expect((await at.rig.run("taskwerk", ["import", "-", "-q"], { stdin })).code).toBe(0);
};

describe.skipIf(!mayTrace())("a command that is stopped in the middle", () => {
  it.each(CODES)(
    "by %s ends with %d; of an import nothing has happened, and it can be done again",
    async (signal, code) => {
      const { rig } = at;
      const held = await holdUpImport(rig);
      held.signal(signal);
      held.signal("SIGCONT");
      expect(await held.end).toEqual({ code, stdout: "", stderr: "" });
      expect(await rig.data<readonly Task[]>("list")).toHaveLength(1);
      expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true, ops: 1 });
      await importMany();
      expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true, tasks: 2001 });
    },
    120_000,
  );

  it("leaves no backup with a name; the next one takes what it left away", async () => {
    const { rig } = at;
    await importMany();
    const held = await holdUpBackup(rig, "copy.db", 40);
    held.signal("SIGTERM");
    held.signal("SIGCONT");
    expect(await held.end).toMatchObject({ code: 143, stdout: "" });
    expect(readdirSync(rig.dir)).not.toContain("copy.db");
    await rig.data("db", "backup", "copy.db");
    expect(readdirSync(rig.dir).filter((name) => name.startsWith("copy.db"))).toEqual(["copy.db"]);
    expect(readdirSync(join(rig.dir, ".taskwerk"))).toContain("taskwerk.db");
  }, 120_000);
});

describe("a command whose output nobody takes", () => {
  it.each(CODES)(
    "is ended by %s with %d, in the middle of a long list",
    async (signal, code) => {
      const { rig } = at;
      await importMany();
      const child = rig.start("taskwerk", ["list", "--json", "--limit", "0"]);
      // It stands still when the pipe is full.
      await once(child.stdout!, "readable");
      child.kill(signal);
      expect((await ended(child)).code).toBe(code);
      expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true, ops: 2 });
    },
    120_000,
  );

  it("ends quietly when a list is cut off by its reader, and does what it was to do all the same", async () => {
    const { rig } = at;
    await importMany();
    const list = rig.start("taskwerk", ["list", "--json", "--limit", "0"]);
    await once(list.stdout!, "readable");
    list.stdout!.destroy();
    expect(await ended(list)).toMatchObject({ code: 0, stderr: "" });
    const add = rig.start("taskwerk", ["add", "unheard", "--json"]);
    add.stdout!.destroy();
    add.stdin!.end();
    expect(await ended(add)).toMatchObject({ code: 0, stderr: "" });
    expect((await rig.data<readonly Task[]>("search", "unheard")).map(({ title }) => title)).toEqual(["unheard"]);
  }, 120_000);
});
