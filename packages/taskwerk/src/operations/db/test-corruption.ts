/** For tests: damages copies of a store at random places and asks `db check` whether it notices. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { isWerkError } from "@taskwerk/contract/errors";
import { newUid } from "../../core/uid.ts";
import { openStore } from "../../store/open.ts";
import { callOperation } from "../call.ts";
import { openRig } from "../test-rig.ts";

/** What became of random damage, 16 bytes each time. */
export interface Damage {
  /** Noticed by the check. */
  readonly found: number;
  /** In bytes that hold nothing: every row of every table reads as before. */
  readonly unused: number;
  /** Not noticed, though something reads otherwise: where in the file. */
  readonly missed: readonly number[];
}

const BYTES = 16;

/** A generator of numbers from 0 to 1 (Numerical Recipes' linear congruence), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Damages a store of some hundred tasks until `count` times a byte was hit that holds something. */
export async function damage(count: number, seed: number): Promise<Damage> {
  const rig = await openRig();
  try {
    await fill(rig);
    await rig.store.close();
    const file = join(rig.dir, STORE_FILE);
    const whole = readFileSync(file);
    const before = await everything(file);
    const random = seeded(seed);
    let [found, unused] = [0, 0];
    const missed: number[] = [];
    while (found + missed.length < count) {
      const place = Math.floor(random() * (whole.length - BYTES));
      const bytes = Buffer.from(whole);
      for (let n = 0; n < BYTES; n += 1) bytes[place + n] = Math.floor(random() * 256);
      for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
      writeFileSync(file, bytes);
      if (await isNoticed(rig.dir)) found += 1;
      else if ((await everything(file)) === before) unused += 1;
      else missed.push(place);
    }
    return { found, unused, missed };
  } finally {
    await rig.close();
  }
}

async function fill(rig: Awaited<ReturnType<typeof openRig>>): Promise<void> {
  const tasks = Array.from({ length: 200 }, (_, n) => ({
    ref: `r${n}`,
    title: `Task number ${n} about ${["logins", "caches", "queues"][n % 3]}`,
    description: `Part ${n} of what is to be done, with care for ${n * 7}.`,
    tags: [["api", "web"][n % 2]],
    acceptance: n % 4 === 0 ? ["it works", "it is fast"] : [],
    ...(n > 10 && n % 3 === 0 ? { depends_on: [`r${n - 7}`] } : {}),
    ...(n > 20 && n % 5 === 1 ? { parent: `r${n - 11}` } : {}),
  }));
  await rig.call("task.import", { tasks }, { session: "first" });
  for (let n = 1; n <= 60; n += 1) {
    rig.pass(60_000);
    const ids = [String(n)];
    await rig.call(
      "task.update",
      { ids, priority: "high", tags_add: ["seen"], metadata_set: { n } },
      { session: "second" },
    );
    await rig.call("task.note", { id: String(n), text: `what was found out about ${n}` });
    if (n % 2 === 0)
      await rig.call("task.transition", { ids, to: "done", evidence: { commit: `c${n}` }, cascade: true });
  }
}

async function isNoticed(dir: string): Promise<boolean> {
  try {
    const store = await openStore(dir, { readonly: true });
    try {
      const call = { actor: "t", session: null, idempotencyKey: null, store, now: () => new Date(0), newUid };
      return !(await callOperation(call, "db.check", {})).data.ok;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (isWerkError(error)) return true;
    throw error;
  }
}

/** Every row of every table of a copy, as one text. */
async function everything(file: string): Promise<string> {
  const dir = mkdtempSync(join(dirname(file), "copy-"));
  copyFileSync(file, join(dir, STORE_FILE));
  try {
    const store = await openStore(dir, { readonly: true });
    try {
      return await store.read(async (reader) => {
        const objects = await reader.all<{ name: string; type: string; sql: string | null }>(
          "select name, type, sql from sqlite_master order by name",
        );
        const tables = objects.filter(({ type, name }) => type === "table" && name !== "task_fts");
        const rows = [];
        for (const { name } of tables) rows.push([name, await reader.lists(`select * from "${name}"`)]);
        return JSON.stringify([objects, rows], (_, value) => (value instanceof Uint8Array ? [...value] : value));
      });
    } finally {
      await store.close();
    }
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
