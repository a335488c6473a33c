/** For tests: what an undo must leave of a store, over random changes. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { expect } from "vitest";
import { notesOf } from "../../store/read-notes.ts";
import { readTasks } from "../../store/read-task.ts";
import { openRig, type Rig } from "../test-rig.ts";
import { sound } from "../test-sound.ts";
import { step, tried, type World } from "../test-steps.ts";

/** All that anybody can see of a store, but how often and when a task was changed or claimed. */
async function visible(rig: Rig) {
  return rig.store.read(async (reader) => {
    const rows = await reader.all<{ seq: number; id: string }>(
      "select seq, id from tasks where deleted_at is null order by seq",
    );
    const tasks = await readTasks(
      reader,
      rows.map(({ seq }) => seq),
      rig.now(),
    );
    const notes = new Map(await Promise.all(rows.map(async (row) => [row.id, await notesOf(reader, row)] as const)));
    return {
      tasks: tasks.map((task: Task) => {
        const { rev: _, updated_at: __, updated_by: ___, claim, ...seen } = task;
        // The fence of a claim only ever grows.
        return { ...seen, claim: claim && { ...claim, fence: 0 }, notes: notes.get(task.id) };
      }),
      search: await reader.all(
        `select f.rowid from task_fts f join tasks t on t.seq = f.rowid
         where task_fts match 'a OR b OR noted' and t.deleted_at is null order by f.rowid`,
      ),
      tallies: await reader.all("select name, n from tallies where name <> 'hidden' order by name"),
    };
  });
}

const lists = async (rig: Rig) => ({
  ready: await rig.ready(),
  open: (await rig.call("task.list", { limit: 0 })).data.map(({ id }) => id),
  all: (await rig.call("task.list", { limit: 0, all: true })).data.map(({ id }) => id),
});

const seen = async (rig: Rig) => ({ ...(await visible(rig)), ...(await lists(rig)) });

const lastOp = async (rig: Rig): Promise<string | undefined> =>
  (await rig.store.read((reader) => reader.get<{ op: string }>("select op from ops order by seq desc limit 1")))?.op;

/** Undo of what is the newest never meets anything in its way. */
const undo = (rig: Rig, op: string) => rig.call("op.undo", { op });

/** An undo right after any change is as if the change had never been, and undoing the undo as if it had. */
export async function undoIsExact(runs: number, seed?: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25, size: "max" }), async (steps) => {
      const world = { rig: await openRig(), ids: [], tokens: [] };
      const { rig } = world;
      for (const one of steps) {
        const [before, op] = [await seen(rig), await lastOp(rig)];
        await tried(world, one);
        const made = await lastOp(rig);
        if (made === undefined || made === op) continue;
        const after = await seen(rig);
        const { data: undone } = await undo(rig, made);
        expect(await seen(rig)).toEqual(before);
        const { data: redone } = await undo(rig, undone.op!);
        expect(await seen(rig)).toEqual(after);
        await undo(rig, redone.op!);
        expect(await seen(rig)).toEqual(before);
        await undo(rig, (await lastOp(rig))!);
      }
      expect(await sound(rig)).toEqual([]);
      await rig.close();
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** Undoing a whole session leaves what was there before it. */
export async function sessionUndoIsExact(runs: number, seed?: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 15, size: "max" }),
      fc.array(step, { minLength: 1, maxLength: 15, size: "max" }),
      async (first, second) => {
        const world = { rig: await openRig(), ids: [], tokens: [] };
        const { rig } = world;
        const named: World = {
          ...world,
          rig: { ...rig, ...withSession(rig, "S") },
        };
        for (const one of first) await tried(world, one);
        const before = await seen(rig);
        // Neither the time that passes nor a lease that is made longer is an operation that an undo would take back.
        for (const one of second) if (one.kind !== "pass" && one.kind !== "beat") await tried(named, one);
        const after = await seen(rig);
        const { data } = await rig.call("session.undo", { session: "S" }).catch((error) => {
          if (isWerkError(error) && (error.code === "OP_NOT_FOUND" || error.code === "SESSION_NOT_FOUND")) {
            return { data: null };
          }
          throw error;
        });
        expect(await seen(rig)).toEqual(before);
        if (data) await undo(rig, data.op!);
        if (data) expect(await seen(rig)).toEqual(after);
        expect(await sound(rig)).toEqual([]);
        await rig.close();
      },
    ),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** Undoing any operation, whatever came later, either refuses or leaves a store whose parts agree. */
export async function undoKeepsSound(runs: number, seed?: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 30, size: "max" }),
      fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 12 }),
      async (steps, picks) => {
        const world = { rig: await openRig(), ids: [], tokens: [] };
        const { rig } = world;
        for (const one of steps) await tried(world, one);
        for (const pick of picks) {
          const { data } = await rig.call("op.list", { limit: 0 });
          if (data.length === 0) continue;
          const { op } = data[pick % data.length]!;
          const before = await seen(rig);
          try {
            await undo(rig, op);
          } catch (error) {
            if (!isWerkError(error) || error.code !== "UNDO_CONFLICT") throw error;
            expect(await seen(rig)).toEqual(before);
          }
        }
        expect(await sound(rig)).toEqual([]);
        await rig.close();
      },
    ),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

function withSession(rig: Rig, session: string): Pick<Rig, "call" | "add"> {
  const call: Rig["call"] = (name, input, given = {}) => rig.call(name, input, { session, ...given });
  return {
    call,
    add: async (title, fields = {}) => (await call("task.add", { title, ...fields })).data.changed[0]!.id,
  };
}
