import { isWerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../operations/test-rig.ts";

/** What is thrown at the store: each number picks one of the tasks there are. */
type Step =
  | {
      readonly kind: "add";
      readonly parent: number | null;
      readonly after: number | null;
      readonly before: number | null;
      readonly criteria: boolean;
      readonly defer: boolean;
      readonly status: Status | null;
    }
  | {
      readonly kind: "import";
      readonly parent: number | null;
      readonly after: number | null;
      readonly done: boolean;
      readonly rest: Status | null;
    }
  | {
      readonly kind: "move";
      readonly task: number;
      readonly to: Status;
      readonly cascade: boolean;
      readonly satisfy: boolean;
    }
  | {
      readonly kind: "update";
      readonly task: number;
      readonly to: Status;
      readonly add: number | null;
      readonly remove: number | null;
    }
  | { readonly kind: "tie"; readonly task: number; readonly blocker: number }
  | { readonly kind: "untie"; readonly task: number; readonly blocker: number }
  | { readonly kind: "claim"; readonly lease: number }
  | { readonly kind: "release" }
  | { readonly kind: "beat" }
  | { readonly kind: "pass"; readonly minutes: number };

const pick = fc.nat({ max: 1000 });
const maybe = fc.option(pick, { nil: null });
const status = fc.constantFrom<Status>(
  "todo",
  "in-progress",
  "review",
  "blocked",
  "paused",
  "done",
  "done",
  "cancelled",
);
const closing = fc.constantFrom<Status | null>(null, null, null, "done", "cancelled");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      parent: maybe,
      after: maybe,
      before: maybe,
      criteria: fc.boolean(),
      defer: fc.boolean(),
      status: closing,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("import" as const),
      parent: maybe,
      after: maybe,
      done: fc.boolean(),
      rest: closing,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      task: pick,
      to: status,
      cascade: fc.boolean(),
      satisfy: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("update" as const), task: pick, to: status, add: maybe, remove: maybe }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("tie" as const, "untie" as const), task: pick, blocker: pick }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("claim" as const), lease: fc.integer({ min: 1, max: 1200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("release" as const, "beat" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
);

const EXPECTED = new Set([
  "INVALID_TRANSITION",
  "DEPENDENCY_OPEN",
  "DEPENDENCY_CYCLE",
  "HIERARCHY_CONFLICT",
  "NOTHING_READY",
  "CLAIM_REQUIRED",
  "CLAIM_LOST",
  "IMPORT_INVALID",
]);

interface World {
  readonly rig: Rig;
  readonly ids: string[];
  readonly tokens: string[];
}

async function play({ rig, ids, tokens }: World, one: Step): Promise<void> {
  const id = (n: number): string => ids[n % ids.length]!;
  const orNone = (n: number | null): string | null => (n === null || ids.length === 0 ? null : id(n));
  if (one.kind === "add") {
    const [parent, after, before] = [one.parent, one.after, one.before].map(orNone);
    ids.push(
      await rig.add("t", {
        parent: parent!,
        ...(after ? { depends_on: [after] } : {}),
        ...(before ? { blocks: [before] } : {}),
        ...(one.criteria ? { acceptance: ["works"] } : {}),
        ...(one.defer ? { defer_until: "+10m" } : {}),
        ...(one.status ? { status: one.status } : {}),
      }),
    );
    if (parent && one.status) await expectFollowed(rig, parent);
  } else if (one.kind === "import") {
    const parent = orNone(one.parent);
    const { data } = await rig.call("task.import", {
      tasks: [
        { ref: "p", title: "p", parent },
        { ref: "a", title: "a", parent: "p", ...(one.done ? { status: "done" } : {}) },
        {
          ref: "b",
          title: "b",
          parent: "p",
          ...(one.rest ? { status: one.rest } : {}),
          depends_on: ["a", ...((orNone(one.after) ?? []).length ? [orNone(one.after)!] : [])],
        },
      ],
    });
    ids.push(...Object.values(data.ids));
    if (parent && one.done && one.rest) await expectFollowed(rig, parent);
  } else if (one.kind === "pass") rig.pass(one.minutes * 60_000);
  else if (one.kind === "claim")
    tokens.push((await rig.call("claim.take", { as: "w", lease_s: one.lease })).data.claim.token);
  else if (one.kind === "release" || one.kind === "beat") {
    const token = tokens.at(-1);
    if (token) await rig.call(one.kind === "beat" ? "claim.heartbeat" : "claim.release", { token });
  } else if (ids.length === 0) return;
  else if (one.kind === "move") {
    const claim = tokens.at(-1);
    await rig.call("task.transition", {
      ids: [id(one.task)],
      to: one.to,
      cascade: one.cascade && (one.to === "done" || one.to === "cancelled"),
      satisfy: one.satisfy && one.to === "cancelled",
      ...(claim ? { claim } : {}),
    });
  } else if (one.kind === "update") {
    const [add, remove, claim] = [orNone(one.add), orNone(one.remove), tokens.at(-1)];
    await rig.call("task.update", {
      ids: [id(one.task)],
      status: one.to,
      ...(add ? { depends_on_add: [add] } : {}),
      ...(remove ? { depends_on_remove: [remove] } : {}),
      ...(claim ? { claim } : {}),
    });
  } else {
    await rig.call("task.deps", { id: id(one.task), [one.kind === "tie" ? "add" : "remove"]: [id(one.blocker)] });
  }
}

/** A parent that has just got a closed child: it is open only for what is still open, or for criteria of its own. */
async function expectFollowed(rig: Rig, parent: string): Promise<void> {
  const { id, status, children, acceptance } = (await rig.call("task.show", { id: parent })).data;
  const below = await Promise.all(children.map(async (child) => (await rig.call("task.show", { id: child })).data));
  if (acceptance.length > 0 || below.some((child) => child.category_of_status !== "closed")) return;
  expect(["done", "cancelled"], `${id}, whose parts are all closed`).toContain(status);
}

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly status: Status;
  readonly satisfied: number;
  readonly parent: number | null;
  readonly claim_by: string | null;
  readonly claim_until: string | null;
  readonly defer_until: string | null;
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
  const children = (row: Row): readonly Row[] => rows.filter((other) => other.parent === row.seq);
  const ancestors = (row: Row): readonly Row[] =>
    row.parent === null ? [] : [bySeq.get(row.parent)!, ...ancestors(bySeq.get(row.parent)!)];
  const holding = (row: Row): boolean => openBlockers(row) > 0 || row.status === "blocked" || row.status === "paused";
  return rows.map((row) => {
    const unclaimed = row.claim_until === null || row.claim_until <= at;
    return {
      seq: row.seq,
      open_blockers: openBlockers(row),
      open_children: children(row).filter((child) => !closed(child)).length,
      child_count: children(row).length,
      holding_ancestors: ancestors(row).filter(holding).length,
      open_dependants: deps.filter((dep) => dep.blocker === row.seq && !closed(bySeq.get(dep.task)!)).length,
      ready:
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

describe("counters and the ready view", () => {
  const rigs: Rig[] = [];
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.close();
  });

  it("agree with a plain model over random graphs, moves, groups and claims", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), async (steps) => {
        const rig = await openRig();
        rigs.push(rig);
        const world: World = { rig, ids: [], tokens: [] };
        for (const one of steps) {
          await play(world, one).catch((error) => {
            if (!isWerkError(error) || !EXPECTED.has(error.code)) throw error;
          });
        }
        await agree(rig);
        await rig.close();
      }),
      { numRuns: 80 },
    );
  }, 120_000);

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
    const actual = rows.map((row) => ({
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
      counts.set(row.status, (counts.get(row.status) ?? 0) + 1);
      if (row.candidate === 1) counts.set("candidate", (counts.get("candidate") ?? 0) + 1);
    }
    expect(Object.fromEntries(tallies.map(({ name, n }) => [name, n]))).toEqual(Object.fromEntries(counts));
    expect((await rig.call("store.status", {})).data.ready).toBe(ready.size);
  }
});
