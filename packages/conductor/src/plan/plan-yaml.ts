/** A plan as YAML text and back. Comments that people wrote stay when a program writes the plan again. */

import { isDeepStrictEqual } from "node:util";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Plan, PlanSource, PlanTask, Requirement } from "../model/plan.ts";
import { faultsOf, type PlanFault } from "./plan-faults.ts";
import { PlanSchema } from "./plan-schema.ts";
import { LAYOUT, type Lists, rewriteYaml, type Written } from "./rewrite-yaml.ts";

const HEAD =
  " A plan: edit it freely, then `conductor plan lint` checks it and `conductor plan import --confirm` makes its tasks.\n" +
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

/** A task with its fields in the order of its type, and without what is empty. */
function plainTask(task: PlanTask): Record<string, unknown> {
  const { key, parent, title, ...fields } = task;
  const kept = Object.entries(fields).filter(([name, value]) => !(OPTIONAL.has(name) && isEmpty(value)));
  const acceptance = task.acceptance.map((item) =>
    item.proof === null ? item.text : { text: item.text, proof: item.proof },
  );
  const plain = { key, parent, title, ...Object.fromEntries(kept) };
  return acceptance.length === 0 ? plain : { ...plain, acceptance };
}

/** The plan with the fields in the order of its type, and without what is empty. */
function plainOf(plan: Plan): Record<string, unknown> {
  const { left_out, hidden, tasks, ...rest } = plan;
  const { non_goals, questions, assumptions, ...head } = rest;
  return {
    ...head,
    tasks: tasks.map(plainTask),
    non_goals,
    questions,
    assumptions,
    ...(left_out === undefined || left_out.length === 0 ? {} : { left_out }),
    ...(hidden === undefined || hidden.length === 0 ? {} : { hidden }),
  };
}

/** Writes a plan. With the text that it had before, all of it that still says what the plan says stays to the letter. */
export function planToYaml(plan: Plan, before: string | null = null): string {
  return (before === null ? null : changedYaml(plan, before)) ?? mergedYaml(plan, before);
}

/** The old text with only what has changed written anew; null where that cannot be done without loss. */
function changedYaml(plan: Plan, text: string): string | null {
  const old = readAnyway(text);
  if (old === null) return null;
  const wanted = plainOf(plan);
  const written = (one: Plan): Written => ({ full: { ...one, ...emptied(one) }, plain: plainOf(one) });
  const lists: Lists = {
    tasks: { name: "key", write: plainTask },
    requirements: { name: "id", write: (requirement: Requirement) => ({ ...requirement }) },
    sources: { name: "path", write: (source: PlanSource) => ({ ...source }) },
  };
  const rewritten = rewriteYaml(text, written(old), written(plan), lists);
  const back = rewritten === null ? null : readAnyway(rewritten);
  return back !== null && isDeepStrictEqual(plainOf(back), wanted) ? rewritten : null;
}

/** Lists that may be absent count as empty. */
const emptied = ({ left_out = [], hidden = [] }: Plan): Pick<Plan, "left_out" | "hidden"> => ({ left_out, hidden });

function readAnyway(text: string): Plan | null {
  try {
    return planFromYaml(text, "");
  } catch (error) {
    if (isWerkError(error)) return null;
    throw error;
  }
}

/** All of it in the layout of a new file, with the comments of the old text where their entries still are. */
function mergedYaml(plan: Plan, before: string | null): string {
  const old = before === null ? null : parseDocument(before);
  const usable = old !== null && old.errors.length === 0 && isMap(old.contents);
  const document = usable ? old : parseDocument("{}");
  const value = plainOf(plan);
  if (usable) mergeMap(document, document.contents as YAMLMap, value);
  else {
    document.contents = document.createNode(value) as never;
    document.commentBefore = HEAD;
  }
  return document.toString(LAYOUT);
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

/** Reads a plan. Throws PLAN_INVALID with every fault, its place and field in `details.problems`; `file` only names it. */
export function planFromYaml(text: string, file: string): Plan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Pick<PlanFault, "line" | "column"> => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, code, message }) => ({
      ...at(pos[0]),
      field: "",
      message: YAML_WORDS[code] ?? message,
      suggestion: null,
    }));
    // What follows a tab is read wrongly: only the tab is at fault.
    const tab = document.errors.findIndex(({ code }) => code === "TAB_AS_INDENT");
    throw invalid(file, tab < 0 ? faults : faults.slice(tab, tab + 1));
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = /alias count/i.test(said) ? "entries stand for others (*name) too many times" : said;
    throw invalid(file, [{ line: 1, column: 1, field: "", message, suggestion: null }]);
  }
  const parsed = PlanSchema.safeParse(value);
  if (!parsed.success) throw invalid(file, faultsOf(document, lines, parsed.error));
  const { left_out, hidden, ...plan } = parsed.data;
  return { ...plan, ...(left_out === undefined ? {} : { left_out }), ...(hidden === undefined ? {} : { hidden }) };
}

/** What the YAML library says in words that only its authors know. */
const YAML_WORDS: Readonly<Partial<Record<string, string>>> = {
  DUPLICATE_KEY: "this field stands twice in the same map",
  TAB_AS_INDENT: "YAML is indented with spaces, and this is a tab",
  MULTIPLE_DOCS: "a second document begins here with ---, and a plan file holds one",
};

/** In which line of a plan file each task and each requirement begins. */
export function placesIn(text: string): {
  readonly tasks: ReadonlyMap<string, number>;
  readonly requirements: ReadonlyMap<string, number>;
} {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const linesOf = (list: string, name: string): ReadonlyMap<string, number> => {
    const seq = isMap(document.contents) ? document.contents.get(list, true) : undefined;
    const found = new Map<string, number>();
    for (const item of isSeq(seq) ? seq.items : []) {
      const key = isMap(item) ? item.get(name) : undefined;
      const start = (item as Node).range?.[0];
      // Of two with the same name, the second is the one that is wrong.
      if (key !== undefined && start !== undefined) found.set(String(key), lines.linePos(start).line);
    }
    return found;
  };
  return { tasks: linesOf("tasks", "key"), requirements: linesOf("requirements", "id") };
}

function invalid(file: string, faults: readonly PlanFault[]): WerkError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const where = first === undefined ? file : `${file} line ${first.line}, column ${first.column}`;
  const what = first === undefined ? "" : `${first.field === "" ? "" : `${first.field}: `}${first.message}`;
  return new WerkError("PLAN_INVALID", `${where}: ${what}${more}`, {
    hint: `Correct it in an editor, then: conductor plan lint ${shellWord(file)}`,
    ...(first?.suggestion ? { candidates: [first.suggestion] } : {}),
    details: {
      file,
      // The first is in the message.
      ...(faults.length > 1
        ? { problems: faults.slice(1).map((fault) => ({ where: `line ${fault.line}:${fault.column}`, ...fault })) }
        : {}),
      faults,
    },
  });
}
