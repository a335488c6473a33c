/** For tests: random changes of a store. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import fc from "fast-check";
import { expect } from "vitest";
import type { Rig } from "./test-rig.ts";

/** What is thrown at the store: each number picks one of the tasks there are. */
export type Step =
  | {
      readonly kind: "add";
      readonly parent: number | null;
      readonly after: number | null;
      readonly before: number | null;
      readonly criteria: boolean;
      readonly defer: boolean;
      readonly status: Status | null;
      readonly key: string | null;
    }
  | {
      readonly kind: "rewrite";
      readonly task: number;
      readonly other: number;
      readonly parent: number | null;
      readonly after: number | null;
      readonly to: Status | null;
      readonly key: string | null;
      readonly criteria: number;
      readonly more: boolean;
    }
  | {
      readonly kind: "batch";
      readonly task: number;
      readonly parent: number | null;
      readonly to: "start" | "done" | "cancel" | "block" | "delete";
      readonly key: string | null;
      readonly claim: boolean;
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
      readonly force: boolean;
      readonly next: boolean;
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
  | { readonly kind: "place"; readonly task: number; readonly under: number | null }
  | { readonly kind: "criteria"; readonly task: number; readonly what: "add" | "check" | "uncheck" | "remove" }
  | { readonly kind: "link"; readonly task: number; readonly away: boolean; readonly target: string }
  | { readonly kind: "split"; readonly task: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "claim"; readonly lease: number }
  | { readonly kind: "release" }
  | { readonly kind: "revoke"; readonly task: number }
  | { readonly kind: "beat" }
  | { readonly kind: "pass"; readonly minutes: number }
  | {
      readonly kind: "edit";
      readonly task: number;
      readonly title: string;
      readonly tag: string;
      readonly defer: boolean;
    }
  | { readonly kind: "prove"; readonly task: number; readonly to: Status; readonly commit: string }
  | { readonly kind: "note"; readonly task: number }
  | { readonly kind: "delete"; readonly task: number; readonly cascade: boolean }
  | { readonly kind: "archive"; readonly task: number }
  | { readonly kind: "restore"; readonly task: number };

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
const key = fc.constantFrom(null, null, "k1", "k2");
const closing = fc.constantFrom<Status | null>(null, null, null, "done", "cancelled");
/** One of them. */
export const step: fc.Arbitrary<Step> = fc.oneof(
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
      key,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("rewrite" as const),
      task: pick,
      other: pick,
      parent: maybe,
      after: maybe,
      to: fc.option(status, { nil: null }),
      key,
      criteria: fc.nat({ max: 2 }),
      more: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      task: pick,
      parent: maybe,
      to: fc.constantFrom("start" as const, "done" as const, "cancel" as const, "block" as const, "delete" as const),
      key,
      claim: fc.boolean(),
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
      force: fc.boolean(),
      next: fc.boolean(),
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
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("place" as const), task: pick, under: maybe }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("criteria" as const),
      task: pick,
      what: fc.constantFrom("add" as const, "check" as const, "uncheck" as const, "remove" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("link" as const),
      task: pick,
      away: fc.boolean(),
      target: fc.constantFrom("c1c1c1c", "c2c2c2c"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("split" as const), task: pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("rename" as const),
      from: fc.constantFrom("x", "y"),
      to: fc.constantFrom("x", "y", "z"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("claim" as const), lease: fc.integer({ min: 1, max: 1200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("revoke" as const), task: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("release" as const, "beat" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      task: pick,
      title: fc.constantFrom("a", "b", "c"),
      tag: fc.constantFrom("x", "-x", "y", "-y"),
      defer: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("prove" as const),
      task: pick,
      to: status,
      commit: fc.constantFrom("c1", "c2"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("note" as const), task: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("delete" as const), task: pick, cascade: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant("archive" as const), task: pick }),
      fc.record({ kind: fc.constant("restore" as const), task: pick }),
    ),
  },
);

/** Errors that are no fault: the rules say no. */
export const EXPECTED: ReadonlySet<string> = new Set([
  "INVALID_TRANSITION",
  "DEPENDENCY_OPEN",
  "DEPENDENCY_CYCLE",
  "HIERARCHY_CONFLICT",
  "NOTHING_READY",
  "CLAIM_REQUIRED",
  "CLAIM_LOST",
  "IMPORT_INVALID",
  "TASK_NOT_FOUND",
  "CRITERION_NOT_FOUND",
  "TAG_NOT_FOUND",
  "DUPLICATE_KEY",
]);

/** A batch of which the rules say no to some lines, for one reason or for several. */
function ruledOut(error: unknown): null {
  const problems = isWerkError(error) ? (error.details.problems as readonly { readonly code: string | null }[]) : [];
  if (problems.length > 0 && problems.every(({ code }) => code === null || EXPECTED.has(code))) return null;
  throw error;
}

/** The store, the tasks that were made, and the tokens of claims. */
export interface World {
  readonly rig: Rig;
  readonly ids: string[];
  readonly tokens: string[];
}

/** Does one of them. Throws what the operation throws. */
export async function play({ rig, ids, tokens }: World, one: Step): Promise<void> {
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
        ...(one.key ? { key: one.key } : {}),
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
    tokens.push((await rig.call("claim.take", { as: "tester", lease_s: one.lease })).data.claim.token);
  else if (one.kind === "release" || one.kind === "beat") {
    const token = tokens.at(-1);
    if (token) await rig.call(one.kind === "beat" ? "claim.heartbeat" : "claim.release", { token });
  } else if (ids.length === 0) return;
  else if (one.kind === "move") {
    const claim = tokens.at(-1);
    const { data } = await rig.call("task.transition", {
      ids: [id(one.task)],
      to: one.to,
      ...(one.to === "todo" && one.cascade ? { from: ["done", "cancelled"] } : {}),
      ...(one.force ? { force: true } : {}),
      ...(one.next ? { next: { as: "tester", lease_s: 300 } } : {}),
      cascade: one.cascade && (one.to === "done" || one.to === "cancelled"),
      satisfy: one.satisfy && one.to === "cancelled",
      ...(claim ? { claim } : {}),
    });
    if (data.next) tokens.push(data.next.claim.token);
  } else if (one.kind === "update") {
    const [add, remove, claim] = [orNone(one.add), orNone(one.remove), tokens.at(-1)];
    await rig.call("task.update", {
      ids: [id(one.task)],
      status: one.to,
      ...(add ? { depends_on_add: [add] } : {}),
      ...(remove ? { depends_on_remove: [remove] } : {}),
      ...(claim ? { claim } : {}),
    });
  } else if (one.kind === "edit") {
    const sign = one.tag.startsWith("-") ? "tags_remove" : "tags_add";
    await rig.call("task.update", {
      ids: [id(one.task)],
      title: one.title,
      [sign]: [one.tag.replace("-", "")],
      ...(one.defer ? { defer_until: "+10m", metadata_set: { [one.tag]: one.title } } : { defer_until: null }),
    });
  } else if (one.kind === "rewrite") {
    const [parent, after] = [one.parent, one.after].map(orNone);
    const { data } = await rig.call("task.import", {
      on_conflict: "update",
      tasks: [
        {
          id: id(one.task),
          title: "rewritten",
          parent: parent!,
          depends_on: after ? [after] : [],
          acceptance: Array.from({ length: one.criteria }, (_, n) => `holds ${n}`),
          ...(one.to ? { status: one.to } : {}),
          ...(one.key ? { key: one.key } : {}),
        },
        ...(one.other % ids.length === one.task % ids.length
          ? []
          : [{ id: id(one.other), title: "b", parent: id(one.task) }]),
        ...(one.more ? [{ ref: "more", title: "more", parent: id(one.other), depends_on: [id(one.task)] }] : []),
      ],
    });
    if (data.ids.more) ids.push(data.ids.more);
  } else if (one.kind === "batch") {
    const parent = orNone(one.parent);
    const answers = await rig
      .call("batch", {
        operations: [
          { op: one.to, id: id(one.task), ...(one.to === "done" || one.to === "delete" ? { cascade: true } : {}) },
          { op: "add", ref: "a", title: "a", ...(parent ? { parent } : {}), ...(one.key ? { key: one.key } : {}) },
          { op: "add", title: "b", parent: "@a" },
          ...(one.claim ? [{ op: "claim", as: "tester", tag: [] }] : []),
        ],
      })
      .catch(ruledOut);
    if (!answers) return;
    const { data } = answers;
    ids.push(data[1]!.ids[0]!, data[2]!.ids[0]!);
  } else if (one.kind === "prove") {
    const claim = tokens.at(-1);
    await rig.call("task.transition", {
      ids: [id(one.task)],
      to: one.to,
      reason: "so",
      note: "with it",
      evidence: { commit: one.commit },
      ...(claim ? { claim } : {}),
    });
  } else if (one.kind === "revoke") {
    await rig.call("claim.revoke", { id: id(one.task) });
  } else if (one.kind === "criteria") {
    const what = one.what === "add" ? { add: ["holds"] } : { [one.what]: [1] };
    await rig.call("task.criteria", { id: id(one.task), ...what, ...(one.what === "check" ? { evidence: "e" } : {}) });
  } else if (one.kind === "link") {
    const links = [{ type: "commit" as const, target: one.target }];
    await rig.call("task.link", { id: id(one.task), [one.away ? "remove" : "add"]: links });
  } else if (one.kind === "rename") {
    await rig.call("tag.rename", { from: one.from, to: one.to });
  } else if (one.kind === "split") {
    const claim = tokens.at(-1);
    const { data } = await rig.call("task.split", {
      id: id(one.task),
      titles: ["p", "q"],
      ...(claim ? { claim } : {}),
    });
    ids.push(...data.changed.map((task) => task.id));
  } else if (one.kind === "place") {
    await rig.call("task.move", { ids: [id(one.task)], parent: orNone(one.under) });
  } else if (one.kind === "note") {
    await rig.call("task.note", { id: id(one.task), text: "noted" });
  } else if (one.kind === "delete") {
    const claim = tokens.at(-1);
    await rig.call("task.delete", { ids: [id(one.task)], cascade: one.cascade, ...(claim ? { claim } : {}) });
  } else if (one.kind === "archive" || one.kind === "restore") {
    await rig.call(`task.${one.kind}`, { ids: [id(one.task)] });
  } else {
    await rig.call("task.deps", { id: id(one.task), [one.kind === "tie" ? "add" : "remove"]: [id(one.blocker)] });
  }
}

/** The same; what the rules refuse counts as done. */
export const tried = (world: World, one: Step): Promise<void> =>
  play(world, one).catch((error) => {
    if (!isWerkError(error) || !EXPECTED.has(error.code)) throw error;
  });

/** A parent that has just got a closed child: it is open only for what is still open, or for criteria of its own. */
async function expectFollowed(rig: Rig, parent: string): Promise<void> {
  const { id, status, children, acceptance } = (await rig.call("task.show", { id: parent })).data;
  const below = await Promise.all(children.map(async (child) => (await rig.call("task.show", { id: child })).data));
  if (acceptance.length > 0 || below.some((child) => child.category_of_status !== "closed")) return;
  expect(["done", "cancelled"], `${id}, whose parts are all closed`).toContain(status);
}
