/** For tests: the definitions of ready and of the counters, said once more without any counter, held against the store. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import fc from "fast-check";
import { expect } from "vitest";
import { openRig, type Rig } from "./test-rig.ts";
import { EXPECTED, play, step, type World } from "./test-steps.ts";

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly status: Status;
  readonly satisfied: number;
  readonly parent: number | null;
  readonly claim_by: string | null;
  readonly claim_until: string | null;
  readonly defer_until: string | null;
  readonly deleted_at: string | null;
  readonly archived_at: string | null;
  readonly open_blockers: number;
  readonly open_children: number;
  readonly child_count: number;
  readonly holding_ancestors: number;
  readonly open_dependants: number;
  readonly candidate: number;
}

/** The definitions, said once more without any counter. */
function model(
  rows: readonly Row[],
  deps: readonly { task: number; blocker: number }[],
  criteria: ReadonlySet<number>,
  at: string,
) {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const closed = (row: Row): boolean => row.status === "done" || row.status === "cancelled";
  const openBlockers = (row: Row): number =>
    deps
      .filter((dep) => dep.task === row.seq)
      .filter(({ blocker }) => {
        const other = bySeq.get(blocker)!;
        return other.status !== "done" && !(other.status === "cancelled" && other.satisfied === 1);
      }).length;
  const children = (row: Row): readonly Row[] =>
    rows.filter((other) => other.parent === row.seq && other.deleted_at === null);
  const ancestors = (row: Row): readonly Row[] =>
    row.parent === null ? [] : [bySeq.get(row.parent)!, ...ancestors(bySeq.get(row.parent)!)];
  const holding = (row: Row): boolean => openBlockers(row) > 0 || row.status === "blocked" || row.status === "paused";
  const there = rows.filter((row) => row.deleted_at === null);
  return there.map((row) => {
    const unclaimed = row.claim_until === null || row.claim_until <= at;
    return {
      seq: row.seq,
      open_blockers: openBlockers(row),
      open_children: children(row).filter((child) => !closed(child)).length,
      child_count: children(row).length,
      holding_ancestors: ancestors(row).filter(holding).length,
      open_dependants: deps.filter(
        ({ task, blocker }) => blocker === row.seq && bySeq.get(task)!.deleted_at === null && !closed(bySeq.get(task)!),
      ).length,
      ready:
        row.archived_at === null &&
        (row.status === "todo" || (row.status === "in-progress" && row.claim_by !== null)) &&
        unclaimed &&
        (row.defer_until === null || row.defer_until <= at) &&
        openBlockers(row) === 0 &&
        children(row).every(closed) &&
        (children(row).length === 0 || criteria.has(row.seq)) &&
        !ancestors(row).some(holding),
    };
  });
}

const anyStep = fc.oneof(
  { weight: 12, arbitrary: step },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo" as const), back: fc.nat({ max: 8 }) }) },
);

/** Takes back one of the last operations, if that can be. */
async function undo(rig: Rig, back: number): Promise<void> {
  const { data } = await rig.call("op.list", { limit: back + 1 });
  const one = data.at(-1);
  if (one) await rig.call("op.undo", { op: one.op });
}

/** After every one of these random changes, counters, the view of what is ready and the lists agree with the plain model. */
export async function countersAgree(runs: number, seed?: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 40, size: "max" }), async (steps) => {
      const rig = await openRig();
      const world: World = { rig, ids: [], tokens: [] };
      for (const one of steps) {
        await (one.kind === "undo" ? undo(rig, one.back) : play(world, one)).catch((error) => {
          if (!isWerkError(error) || !(EXPECTED.has(error.code) || error.code === "UNDO_CONFLICT")) throw error;
        });
        await agree(rig);
      }
      await rig.close();
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

async function agree(rig: Rig): Promise<void> {
  const at = rig.now().toISOString();
  const ready = new Set(await rig.ready());
  const { rows, deps, criteria, view, tallies } = await rig.store.read(async (reader) => ({
    rows: await reader.all<Row>("select * from tasks order by seq"),
    deps: await reader.all<{ task: number; blocker: number }>("select task, blocker from deps"),
    criteria: new Set(
      (await reader.all<{ task: number }>("select distinct task from criteria")).map((row) => row.task),
    ),
    view: new Set(
      (
        await reader.all<{ seq: number }>(
          "select seq from ready where (defer_until is null or defer_until <= ?) and (claim_until is null or claim_until <= ?)",
          [at, at],
        )
      ).map((row) => row.seq),
    ),
    tallies: await reader.all<{ name: string; n: number }>("select name, n from tallies where n <> 0 order by name"),
  }));
  const expected = model(rows, deps, criteria, at);
  const there = rows.filter((row) => row.deleted_at === null);
  const actual = there.map((row) => ({
    seq: row.seq,
    open_blockers: row.open_blockers,
    open_children: row.open_children,
    child_count: row.child_count,
    holding_ancestors: row.holding_ancestors,
    open_dependants: row.open_dependants,
    ready: ready.has(row.id),
  }));
  expect(actual).toEqual(expected);
  expect([...view].sort((a, b) => a - b)).toEqual(expected.filter((row) => row.ready).map((row) => row.seq));
  const counts = new Map<string, number>();
  for (const row of rows) {
    const bucket = row.deleted_at === null && row.archived_at === null ? row.status : "hidden";
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    if (row.candidate === 1) counts.set("candidate", (counts.get("candidate") ?? 0) + 1);
  }
  expect(Object.fromEntries(tallies.map(({ name, n }) => [name, n]))).toEqual(Object.fromEntries(counts));
  expect((await rig.call("store.status", {})).data.ready).toBe(ready.size);
}
