import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { WerkError } from "@taskwerk/contract/errors";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openRig, type Rig } from "../operations/test-rig.ts";
import { MIGRATIONS, type Store } from "./open.ts";
import { keepStanding } from "./standing.ts";

const at = { rig: undefined as unknown as Rig, store: undefined as unknown as Store };
const lost: WerkError[] = [];
beforeEach(async () => {
  lost.length = 0;
  at.rig = await openRig();
  at.store = keepStanding(at.rig.store, MIGRATIONS, (error) => lost.push(error));
});
afterEach(() => at.rig.close());

const looks = () => at.store.read(async () => "read");
const writes = () => at.store.write(async () => "written");
const says = (version: string) =>
  at.rig.store.write((tx) => tx.run("update settings set value = ? where key = 'schema_version'", [version]));

it("is read and written while it stands, also by a program of a newer minor version", async () => {
  await says("1.99");
  expect([await looks(), await writes()]).toEqual(["read", "written"]);
  expect(lost).toEqual([]);
});

it("that a newer program migrated is neither read nor written", async () => {
  await says("2.0");
  await expect(writes()).rejects.toMatchObject({ code: "SCHEMA_TOO_NEW", details: { found: "2.0" } });
  await expect(looks()).rejects.toMatchObject({ code: "SCHEMA_TOO_NEW" });
  expect(lost).toHaveLength(1);
});

it("that was deleted is neither read nor written, for good", async () => {
  const file = join(at.rig.dir, "taskwerk.db");
  renameSync(file, `${file}.away`);
  await expect(looks()).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  renameSync(`${file}.away`, file);
  await expect(writes()).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  expect(lost).toHaveLength(1);
  rmSync(file, { force: true });
});
