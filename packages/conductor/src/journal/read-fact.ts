/** A fact as it is written into a row, and back. What comes back is checked: the file may be old, newer, or damaged. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Fact, RollbackPlan } from "../model/event.ts";

/** The version of the facts' shapes; it grows when a field changes its meaning or goes. */
export const FACT_VERSION = 1;

/** `maybe object`: facts of earlier versions have none. */
type Shape =
  | "text"
  | "text?"
  | "object"
  | "object?"
  | "maybe text"
  | "maybe object"
  | "objects"
  | "maybe objects"
  | "maybe boolean"
  | "texts"
  | "maybe texts"
  | "maybe number"
  | "number"
  | "number?";
type FieldsOf<T extends Fact["type"]> = Exclude<keyof Extract<Fact, { readonly type: T }>, "type">;

const ROLLBACK = {
  rollback: "text",
  by: "text",
  ref: "text",
  from: "text",
  commit: "text",
  tree: "text",
  receipts: "texts",
  reverts: "objects",
} as const satisfies { readonly [F in keyof RollbackPlan]: Shape };

/** The fields of every fact. A new member of the union does not compile without its line here. */
const FIELDS: { readonly [T in Fact["type"]]: { readonly [F in FieldsOf<T>]: Shape } } = {
  "plan.saved": { plan: "text", sourceFile: "text", file: "text", status: "text", metadata: "object" },
  "planning.failed": {
    sourceFile: "text",
    planner: "text",
    usage: "object",
    calls: "maybe number",
    paidBy: "maybe text",
    reason: "text",
  },
  "session.started": { session: "object" },
  "session.status": { session: "text", status: "text", reason: "text?", options: "maybe object" },
  "session.stop-requested": { session: "text", mode: "text", reason: "text?", by: "text" },
  "session.held": { session: "text", reason: "text?", tasks: "object" },
  "session.limits": { session: "text", budgetUsd: "number?", budgetTokens: "number?", until: "text?", by: "text" },
  "budget.reached": {
    session: "text",
    scope: "text",
    level: "text",
    limitUsd: "number?",
    limitTokens: "number?",
    text: "text",
  },
  "account.paused": { session: "text", account: "text", agent: "maybe text", until: "text", reason: "text" },
  "account.continued": { session: "text", account: "text", by: "text" },
  "task.paused": { task: "text", reason: "text?", by: "text" },
  "task.continued": { task: "text", by: "text" },
  "session.ended": { session: "text", status: "text", reason: "text?", metrics: "object" },
  "attempt.started": { attempt: "object", token: "text" },
  "attempt.claimed": { attempt: "text", token: "text", fence: "number" },
  "attempt.prepared": { attempt: "text", workspace: "text", branch: "text", base: "text", briefSha256: "text" },
  "attempt.spawned": { attempt: "text", process: "object?" },
  "attempt.stage": { attempt: "text", stage: "text", reason: "text?" },
  interaction: { attempt: "text", kind: "text", content: "text" },
  "attempt.usage": { attempt: "text", usage: "object" },
  "attempt.agent-ended": { attempt: "text", reason: "text", error: "text?" },
  "attempt.bundled": { attempt: "text", commit: "text", tree: "text", ref: "text", unfinished: "maybe boolean" },
  "loop.noticed": {
    attempt: "text",
    rule: "text",
    rung: "text",
    evidence: "text",
    skipped: "maybe texts",
    agent: "maybe text",
  },
  "hint.given": { task: "text", text: "text", by: "text" },
  "task.unblocked": { task: "text", note: "text?", by: "text" },
  "gate.judged": { attempt: "text?", session: "text", receipt: "object" },
  "tests.idle": { attempt: "text", gate: "text", names: "texts", idle: "maybe number", of: "number" },
  "decision.asked": { decision: "object" },
  "decision.closed": { decision: "text", state: "text", answer: "text?", by: "text", remember: "maybe objects" },
  "decision.joined": {
    decision: "text",
    task: "text",
    attempt: "text",
    options: "maybe texts",
    reversible: "maybe boolean",
  },
  "decision.overturned": { decision: "text", answer: "text", by: "text" },
  "conflict.met": {
    attempt: "text",
    rung: "text",
    outcome: "text",
    tip: "text",
    work: "text",
    base: "maybe text",
    paths: "texts",
    tree: "text?",
    detail: "text",
  },
  "landing.intended": {
    attempt: "text",
    ref: "text",
    from: "text",
    commit: "text",
    tree: "text",
    receipts: "texts",
  },
  "landing.landed": { attempt: "text", ref: "text", commit: "text", tree: "text", receipts: "texts" },
  "rollback.intended": ROLLBACK,
  "rollback.given": { ...ROLLBACK, branch: "text" },
  "rollback.landed": { rollback: "text" },
  "rollback.abandoned": { rollback: "text", reason: "text" },
  "task.reopened": { rollback: "text", task: "text" },
  "task.closed": { attempt: "text", task: "text" },
  "salvage.saved": { attempt: "text", ref: "text", commit: "text" },
  "attempt.ended": { attempt: "text", stage: "text", reason: "text?", blocker: "maybe text" },
};

/** What objects inside a fact must have for the fold to stand on. */
const INSIDE: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  session: { id: "text", status: "text", startedAt: "text", target: "text", integration: "text", options: "object" },
  attempt: { id: "text", session: "text", task: "text", title: "text", n: "number", stage: "text", startedAt: "text" },
  receipt: { id: "text", tree: "text", gate: "text", kind: "text", phase: "text", result: "text", failures: "texts" },
  decision: { id: "text", kind: "text", session: "text", task: "text", text: "text", options: "texts", state: "text" },
  usage: { inputTokens: "number", outputTokens: "number" },
};

/** A fact as text for its row. */
export const writeFact = (fact: Fact): string => JSON.stringify(fact);

/** What is wrong with a fact, in words; null when nothing is. */
export function problemOf(fact: unknown): string | null {
  if (!isObject(fact)) return "it is no object";
  const { type } = fact;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) return `its type ${JSON.stringify(type)} is unknown`;
  for (const [field, shape] of Object.entries(FIELDS[type as Fact["type"]] as Record<string, Shape>)) {
    const value = fact[field];
    if (!has(value, shape)) return `${type}: "${field}" is not ${inWords(shape)}`;
    const inside = isObject(value) ? INSIDE[field] : undefined;
    for (const [inner, innerShape] of Object.entries(inside ?? {})) {
      if (!has((value as Record<string, unknown>)[inner], innerShape))
        return `${type}: "${field}.${inner}" is not ${inWords(innerShape)}`;
    }
  }
  return null;
}

/**
 * The fact of a row. Throws SCHEMA_TOO_NEW for one of a later version of this program, STORE_CORRUPT for one that is no
 * fact; both name the row.
 */
export function readFact(seq: number, version: number, body: string): Fact {
  if (version > FACT_VERSION) {
    throw new WerkError("SCHEMA_TOO_NEW", `Event ${seq} of the journal was written by a newer conductor.`, {
      hint: "Update conductor.",
      details: { seq, problem: "fact", found: version, known: FACT_VERSION },
    });
  }
  const fact = parsed(body);
  const problem = problemOf(fact);
  if (problem !== null) throw corrupt(seq, "fact", `cannot be read: ${problem}`);
  return fact as Fact;
}

/** What can be wrong with one event: see JournalHealth. */
export type Damage = "chain" | "fact" | "head";

/** The error about a damaged event: names it, and how much before it can still be read. */
export const corrupt = (seq: number, problem: Damage, what: string): WerkError =>
  new WerkError("STORE_CORRUPT", `Event ${seq} of the journal ${what}. ${readableInWords(seq - 1)}`, {
    hint: "Keep .conductor/conductor.db as it is: nothing writes over it. What landed is safe in git.\nWhat is wrong:  conductor audit journal     What can be read:  conductor events --export FILE",
    details: { seq, problem, readable: seq - 1 },
  });

const readableInWords = (count: number): string =>
  count === 0 ? "No event before it." : count === 1 ? "Event 1 is readable." : `Events 1 to ${count} are readable.`;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function has(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case "text":
      return typeof value === "string";
    case "text?":
      return value === null || typeof value === "string";
    case "number":
      return typeof value === "number";
    case "number?":
      return value === null || typeof value === "number";
    case "object":
      return isObject(value);
    case "object?":
      return value === null || isObject(value);
    case "maybe text":
      return value === undefined || typeof value === "string";
    case "maybe object":
      return value === undefined || isObject(value);
    case "objects":
      return Array.isArray(value) && value.every(isObject);
    case "maybe objects":
      return value === undefined || has(value, "objects");
    case "maybe boolean":
      return value === undefined || typeof value === "boolean";
    case "maybe number":
      return value === undefined || typeof value === "number";
    case "maybe texts":
      return value === undefined || has(value, "texts");
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
  }
}

const inWords = (shape: Shape): string =>
  ({
    text: "a text",
    "text?": "a text or null",
    number: "a number",
    "number?": "a number or null",
    object: "an object",
    "object?": "an object or null",
    "maybe text": "a text",
    "maybe object": "an object",
    objects: "a list of objects",
    "maybe objects": "a list of objects",
    "maybe boolean": "true or false",
    "maybe texts": "a list of texts",
    "maybe number": "a number",
    texts: "a list of texts",
  })[shape];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
