/** A plan as YAML text and back. Comments that people wrote stay when a program writes the plan again. */
import { WerkError } from "@taskwerk/contract/errors";
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Plan } from "../model/plan.ts";
import { PlanSchema } from "./plan-schema.ts";

const HEAD =
  " A plan: edit it freely, then `conductor plan show` checks it and `conductor plan import --confirm` makes its tasks.\n" +
  " Tasks are flat: `parent` and `depends_on` name keys. A task with children is a group. Keys stay, titles may change.";

/** Fields of a task that say nothing when they are empty, and are left out then. */
const OPTIONAL = new Set([
  "description",
  "type",
  "acceptance",
  "depends_on",
  "requirements",
  "capabilities",
  "files",
  "estimate_minutes",
  "questions",
  "source",
  "quote",
  "done",
]);

const isEmpty = (value: unknown): boolean =>
  value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);

/** The plan with the fields in the order of its type, and without what is empty. */
function plainOf(plan: Plan): Record<string, unknown> {
  const { left_out, hidden, tasks, ...rest } = plan;
  const { non_goals, questions, assumptions, ...head } = rest;
  return {
    ...head,
    tasks: tasks.map((task) => {
      const { key, parent, title, ...fields } = task;
      const kept = Object.entries(fields).filter(([name, value]) => !(OPTIONAL.has(name) && isEmpty(value)));
      const acceptance = task.acceptance.map((item) =>
        item.proof === null ? item.text : { text: item.text, proof: item.proof },
      );
      const plain = { key, parent, title, ...Object.fromEntries(kept) };
      return acceptance.length === 0 ? plain : { ...plain, acceptance };
    }),
    non_goals,
    questions,
    assumptions,
    ...(left_out === undefined || left_out.length === 0 ? {} : { left_out }),
    ...(hidden === undefined || hidden.length === 0 ? {} : { hidden }),
  };
}

/** Writes a plan. With the text that it had before, comments there are kept where their entries still are. */
export function planToYaml(plan: Plan, before: string | null = null): string {
  const old = before === null ? null : parseDocument(before);
  const usable = old !== null && old.errors.length === 0 && isMap(old.contents);
  const document = usable ? old : parseDocument("{}");
  const value = plainOf(plan);
  if (usable) mergeMap(document, document.contents as YAMLMap, value);
  else {
    document.contents = document.createNode(value) as never;
    document.commentBefore = HEAD;
  }
  return document.toString({ lineWidth: 120, minContentWidth: 40 });
}

/** What names an entry of a list of maps. */
const nameOf = (entry: unknown): string | null => {
  const value = isMap(entry) ? entry.toJSON() : entry;
  if (typeof value !== "object" || value === null) return null;
  const named = value as Record<string, unknown>;
  const name = named.key ?? named.id ?? named.path ?? named.source;
  return typeof name === "string" ? name : null;
};

function mergeMap(document: Document, map: YAMLMap, value: Record<string, unknown>): void {
  for (const key of map.items.map((pair) => String((pair.key as { value?: unknown })?.value ?? pair.key))) {
    if (!(key in value)) map.delete(key);
  }
  for (const [key, next] of Object.entries(value)) {
    const now = map.get(key, true) as Node | undefined;
    if (now !== undefined && JSON.stringify(now.toJSON()) === JSON.stringify(next)) continue;
    if (isSeq(now) && Array.isArray(next) && next.length > 0 && next.every((entry) => nameOf(entry) !== null)) {
      mergeList(document, now, next as Record<string, unknown>[]);
    } else if (isMap(now) && typeof next === "object" && next !== null && !Array.isArray(next)) {
      mergeMap(document, now, next as Record<string, unknown>);
    } else {
      const node = document.createNode(next) as Node;
      if (now?.comment) node.comment = now.comment;
      if (now?.commentBefore) node.commentBefore = now.commentBefore;
      map.set(key, node);
    }
  }
}

function mergeList(document: Document, list: YAMLSeq, values: readonly Record<string, unknown>[]): void {
  const old = new Map(list.items.map((item) => [nameOf(item), item]));
  list.items = values.map((value) => {
    const item = old.get(nameOf(value));
    if (!isMap(item)) return document.createNode(value);
    mergeMap(document, item, value);
    return item;
  });
}

interface Fault {
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

/** Reads a plan. Throws PLAN_INVALID with every fault, its line and field in `details.faults`; `file` only names it. */
export function planFromYaml(text: string, file: string): Plan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, field: "", message: error.message })),
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw invalid(file, [{ line: 1, field: "", message: error instanceof Error ? error.message : String(error) }]);
  }
  const parsed = PlanSchema.safeParse(value);
  if (!parsed.success) {
    throw invalid(
      file,
      parsed.error.issues.slice(0, 100).map((issue) => ({
        line: lineOf(document, lines, issue.path),
        field: issue.path.join("."),
        message: issue.message,
      })),
    );
  }
  const { left_out, hidden, ...plan } = parsed.data;
  return { ...plan, ...(left_out === undefined ? {} : { left_out }), ...(hidden === undefined ? {} : { hidden }) };
}

/** The line of a field, or of the nearest thing around it that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as Node | null | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

function invalid(file: string, faults: readonly Fault[]): WerkError {
  const first = faults[0];
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const where = first === undefined ? file : `${file} line ${first.line}`;
  const what = first === undefined ? "" : `${first.field === "" ? "" : `${first.field}: `}${first.message}`;
  return new WerkError("PLAN_INVALID", `${where}: ${what}${more}`, {
    hint: `Correct it in an editor, then: conductor plan show ${file}`,
    details: { file, faults },
  });
}
