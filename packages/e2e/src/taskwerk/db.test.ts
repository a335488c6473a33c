import { readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckProblem } from "@taskwerk/contract/check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstLine, makeRig, type Rig } from "../rig.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
  await at.rig.data("add", "A");
});
afterEach(async () => {
  await at.rig.taskwerk("api", "stop");
  await at.rig.remove();
});

const inStore = (...names: readonly string[]): string => join(at.rig.dir, ".taskwerk", ...names);

describe("taskwerk db", () => {
  it("checks a store, and says with exit 5 what is wrong with it", async () => {
    const { rig } = at;
    expect((await rig.taskwerk("db", "check")).stdout).toContain("1 operations, 1 changes, 2 events fit together");
    expect(await rig.data("db", "check")).toMatchObject({ ok: true, tasks: 1, problems: [] });
    const file = inStore("taskwerk.db");
    const whole = await readFile(file);
    const place = whole.lastIndexOf('"title":"A"');
    await writeFile(
      file,
      Buffer.concat([whole.subarray(0, place), Buffer.from('"title":"B"'), whole.subarray(place + 11)]),
    );
    const failed = await rig.failure("db", "check");
    expect(failed).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
    const problems = failed.details.problems as readonly CheckProblem[];
    expect(problems).toContainEqual(expect.objectContaining({ check: "chain", op: expect.any(String) }));
  });

  it("copies a store and puts a copy in its place, after a yes, with the old one beside", async () => {
    const { rig } = at;
    const made = await rig.data<{ file: string; size: number }>("db", "backup", "copy.db");
    expect(made).toMatchObject({ file: join(rig.dir, "copy.db") });
    expect((await rig.data<{ file: string }>("db", "backup")).file).toContain(inStore("backups", "taskwerk-"));
    expect(await rig.failure("db", "backup", "copy.db")).toMatchObject({ code: "USAGE", exit: 2 });
    await rig.data("add", "B");
    expect(await rig.failure("db", "restore", "copy.db")).toMatchObject({ code: "CONFIRMATION_REQUIRED", exit: 4 });
    const child = rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
    await firstLine(child);
    expect(await rig.failure("db", "restore", "copy.db", "--yes")).toMatchObject({ code: "API_RUNNING", exit: 8 });
    await rig.taskwerk("api", "stop");
    const restored = await rig.data<{ kept: string; tasks: number }>("db", "restore", "copy.db", "--yes");
    expect(restored).toMatchObject({ tasks: 1, kept: expect.stringContaining("taskwerk.db.before-restore-") });
    expect((await rig.taskwerk("list", "-q")).stdout).toBe("TASK-001\n");
    await rig.data("db", "restore", restored.kept, "--yes");
    expect((await rig.taskwerk("list", "-q")).stdout).toBe("TASK-001\nTASK-002\n");
    await writeFile(join(rig.dir, "no.db"), "nothing");
    expect(await rig.failure("db", "restore", "no.db", "--yes")).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
    expect(await rig.failure("db", "restore", "none.db", "--yes")).toMatchObject({ code: "FILE_NOT_FOUND", exit: 3 });
  });

  it("says of a damaged store where copies are and how one is used, and never that the copy is damaged", async () => {
    const { rig } = at;
    await rig.data("db", "backup", "copy.db");
    const file = inStore("taskwerk.db");
    const whole = await readFile(file);
    for (let page = 3 * 4096; page < whole.length; page += 7 * 4096) whole.fill(0xff, page, page + 64);
    await writeFile(file, whole);
    for (const args of [["list"], ["add", "B"], ["init"], ["db", "backup", "other.db"]]) {
      const failed = await rig.failure(...args);
      expect([args[0], failed.message]).toEqual([args[0], `${file} is damaged.`]);
      expect(failed).toMatchObject({ code: "STORE_CORRUPT", exit: 5 });
      expect(failed.hint).toMatch(/Keep the file as it is.*\.taskwerk\/backups.*taskwerk help db restore/);
    }
    await writeFile(file, "no database at all");
    expect((await rig.failure("list")).hint).toContain("taskwerk help db restore");
    await rig.data("db", "restore", "copy.db", "--yes");
    expect((await rig.taskwerk("list", "-q")).stdout).toBe("TASK-001\n");
  });

  it("brings a store back that was emptied", async () => {
    const { rig } = at;
    await rig.data("db", "backup", "copy.db");
    for (const name of await readdir(inStore())) if (/-(wal|shm)$/.test(name)) await rm(inStore(name));
    await truncate(inStore("taskwerk.db"), 0);
    await rig.data("db", "restore", "copy.db", "--yes");
    expect((await rig.taskwerk("list", "-q")).stdout).toBe("TASK-001\n");
  });

  it("is up to date, and vacuumed", async () => {
    const { rig } = at;
    expect(await rig.data("db", "migrate")).toMatchObject({ from: "1.4", to: "1.4", backup: null });
    expect((await rig.taskwerk("db", "migrate", "--fields", "from,to")).stdout).toBe("1.4\t1.4\n");
    expect(await rig.data("db", "vacuum")).toMatchObject({ before: expect.any(Number), after: expect.any(Number) });
  });

  it("copies a store before the first write of a day", async () => {
    const { rig } = at;
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(inStore("taskwerk.db"), yesterday, yesterday);
    await rig.data("list");
    expect(await readdir(inStore())).not.toContain("backups");
    await rig.data("add", "B");
    await rig.data("add", "C");
    expect(await readdir(inStore("backups"))).toEqual([expect.stringMatching(/^daily-\d{4}-\d{2}-\d{2}\.db$/)]);
  });
});
