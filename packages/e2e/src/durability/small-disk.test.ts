import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CheckReport } from "@taskwerk/contract/check";
import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Ran, type Rig } from "../rig.ts";
import { mayMount, mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { mayTrace, traced } from "./traced.ts";

const at = { rig: undefined as unknown as Rig, disk: null as SmallDisk | null };
beforeEach(async () => {
  at.rig = await makeRig();
});
afterEach(async () => {
  at.disk?.remove();
  at.disk = null;
  await at.rig.remove();
});

/** A store with these tasks on a disk of two megabytes; all commands go there. */
async function storeOnDisk(...titles: readonly string[]): Promise<{ disk: SmallDisk; store: string[]; db: string }> {
  const disk = mountSmallDisk(2);
  at.disk = disk;
  const dir = join(disk.dir, "store");
  const store = ["--store", dir];
  await at.rig.data("init", ...store);
  for (const title of titles) await at.rig.data("add", title, ...store);
  return { disk, store, db: join(dir, "taskwerk.db") };
}
const READS = [
  ["list"],
  ["show", "1"],
  ["ready"],
  ["search", "one"],
  ["log"],
  ["stats"],
  ["events", "list"],
  ["status"],
  ["db", "check"],
];
const WRITES = [
  ["add", "more"],
  ["update", "1", "-d", "said"],
  ["done", "1"],
  ["claim", "1", "--as", "me"],
  ["undo"],
  ["note", "1", "x"],
  ["delete", "1"],
];
const titles = async (store: readonly string[]): Promise<readonly string[]> =>
  (await at.rig.data<readonly Task[]>("list", ...store, "--limit", "0")).map(({ title }) => title);
const large = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, n) => ({ title: `large ${n}`, description: "x".repeat(5000) })));

describe.skipIf(!mayMount())("a disk of two megabytes", () => {
  it("that is full takes no write, gives every read, and is written again when there is room", async () => {
    const { rig } = at;
    const { disk, store } = await storeOnDisk("one", "two");
    disk.fill();
    for (const words of WRITES) {
      const failed = await rig.failure(...words, ...store);
      expect(failed, words.join(" ")).toMatchObject({ code: "STORE_FULL", exit: 5, retryable: true });
      expect(failed.hint).toContain("Make room on the disk");
    }
    for (const words of READS)
      expect(await rig.taskwerk(...words, ...store), words.join(" ")).toMatchObject({ code: 0, stderr: "" });
    expect(await titles(store)).toEqual(["one", "two"]);
    disk.free();
    await rig.data("add", "three", ...store);
    expect(await titles(store)).toEqual(["one", "two", "three"]);
    expect(await rig.data<CheckReport>("db", "check", ...store)).toMatchObject({ ok: true, ops: 3 });
  }, 120_000);

  it("that a change does not fit on takes none of it, with words and without a stack", async () => {
    const { rig } = at;
    const { disk, store } = await storeOnDisk("one");
    const words = ["import", "-", ...store];
    const ran = await rig.run("taskwerk", words, { stdin: large(600) });
    expect(ran).toMatchObject({ code: 5, stdout: "" });
    expect(ran.stderr).toMatch(
      /^error STORE_FULL: .*: the disk is full\.\n {2}Nothing was changed\. Make room on the disk, then try again\.\n$/,
    );
    expect(await titles(store)).toEqual(["one"]);
    expect(await rig.run("taskwerk", words, { stdin: large(50) })).toMatchObject({ code: 0 });
    expect(await rig.failure("db", "backup", join(disk.dir, "store", "a.db"), ...store).catch(() => null)).toBeNull();
    disk.fill();
    expect(await rig.failure("db", "backup", join(disk.dir, "b.db"), ...store)).toMatchObject({
      code: "STORE_FULL",
      exit: 5,
    });
    expect(readdirSync(disk.dir).sort()).toEqual(["filler", "store"]);
    expect(await rig.failure("init", "--store", join(disk.dir, "other"))).toMatchObject({
      code: "STORE_FULL",
      exit: 5,
    });
  }, 120_000);

  it.skipIf(!mayTrace())(
    "that is full gives also what a command left in the write-ahead log when it was killed",
    async () => {
      const { rig } = at;
      const { disk, store, db } = await storeOnDisk("one");
      // The third sync comes after the transaction lies in the log whole.
      const ran = await traced(rig, ["add", "two", ...store], {
        calls: ["fsync"],
        trouble: { call: "fsync", nth: 4, with: "KILL" },
      });
      expect(ran.code).toBe(137);
      expect(statSync(`${db}-wal`).size).toBeGreaterThan(4096);
      rmSync(`${db}-shm`);
      disk.fill();
      expect(await titles(store)).toEqual(["one", "two"]);
      expect(await rig.data("db", "check", ...store)).toMatchObject({ ok: true, ops: 2 });
      disk.free();
      await rig.data("add", "three", ...store);
      expect(await titles(store)).toEqual(["one", "two", "three"]);
    },
    120_000,
  );

  it("that may not be written gives every read, and says READ_ONLY to every write", async () => {
    const { rig } = at;
    const { disk, store } = await storeOnDisk("one", "two");
    disk.writable(false);
    for (const words of READS)
      expect(await rig.taskwerk(...words, ...store), words.join(" ")).toMatchObject({ code: 0, stderr: "" });
    for (const words of WRITES) {
      expect(await rig.failure(...words, ...store), words.join(" ")).toMatchObject({ code: "READ_ONLY", exit: 4 });
    }
    expect(await rig.failure("init", "--store", join(disk.dir, "other"))).toMatchObject({ code: "READ_ONLY", exit: 4 });
    expect(await rig.failure("db", "backup", ...store)).toMatchObject({ code: "READ_ONLY", exit: 4 });
    const copy = join(rig.dir, "copy");
    await rig.data("init", "--store", copy);
    await rig.data("db", "backup", join(rig.dir, "copy.db"), ...store);
    await rig.data("db", "restore", join(rig.dir, "copy.db"), "--yes", "--store", copy);
    expect(await titles(["--store", copy])).toEqual(["one", "two"]);
    disk.writable(true);
    await rig.data("add", "three", ...store);
    expect(await titles(store)).toEqual(["one", "two", "three"]);
  }, 120_000);
});

const NOBODY = 65_534;

describe.skipIf(process.getuid?.() !== 0)("a store of somebody else's", () => {
  const asNobody = (words: readonly string[]): Promise<Ran> => {
    const args = [programPath("taskwerk"), ...words, "--json"];
    return ended(spawn(process.execPath, args, { cwd: "/", env: at.rig.env, uid: NOBODY, gid: NOBODY }));
  };

  it("that may be read gives every read, and says READ_ONLY to every write", async () => {
    const { rig } = at;
    await rig.data("init");
    await rig.data("add", "one");
    const dir = join(rig.dir, ".taskwerk");
    chmodSync(join(rig.dir, ".."), 0o755);
    chmodSync(dir, 0o755);
    for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o644);
    for (const words of READS) {
      expect(await asNobody([...words, "--store", dir]), words.join(" ")).toMatchObject({ code: 0, stderr: "" });
    }
    for (const words of WRITES) {
      const ran = await asNobody([...words, "--store", dir]);
      expect(JSON.parse(ran.stdout).error, words.join(" ")).toMatchObject({ code: "READ_ONLY" });
      expect(ran).toMatchObject({ code: 4, stderr: "" });
    }
  }, 120_000);

  it("in a directory that may not be written is his own file, and yet only read", async () => {
    const { rig } = at;
    await rig.data("init");
    await rig.data("add", "one");
    const dir = join(rig.dir, ".taskwerk");
    chmodSync(join(rig.dir, ".."), 0o755);
    chmodSync(dir, 0o755);
    for (const name of readdirSync(dir)) chownSync(join(dir, name), NOBODY, NOBODY);
    for (const words of READS) {
      expect(await asNobody([...words, "--store", dir]), words.join(" ")).toMatchObject({ code: 0, stderr: "" });
    }
    for (const words of WRITES) {
      const ran = await asNobody([...words, "--store", dir]);
      expect([ran.code, JSON.parse(ran.stdout).error.code], words.join(" ")).toEqual([4, "READ_ONLY"]);
    }
    expect(existsSync(join(dir, "taskwerk.db-wal"))).toBe(false);
  }, 120_000);
});
