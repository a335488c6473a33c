import { LIMITS } from "@taskwerk/contract/limits";
import { PRIORITIES, type Priority, type Status } from "@taskwerk/contract/status";
import {
  type Check,
  isRecord,
  jsonObject,
  kindOf,
  line,
  lineOf,
  list,
  orNull,
  type Problem,
  problemOf,
  text,
  textOf,
  unknownField,
  Wrong,
} from "./check-value.ts";
import { parseAhead } from "./dates.ts";
import { parseStatus } from "./moves.ts";

/** What must be true at the end, whether it is, and what shows it. */
export interface CriterionInput {
  readonly text: string;
  readonly checked: boolean;
  readonly evidence: string | null;
}

/** Fields of a task, checked and in one form: times in UTC, words trimmed, no doubles in a list. Only what was given. */
export interface Fields {
  title?: string;
  description?: string | null;
  status?: Status;
  priority?: Priority;
  type?: string | null;
  assignee?: string | null;
  category?: string | null;
  files?: readonly string[];
  capabilities?: readonly string[];
  due_at?: string | null;
  defer_until?: string | null;
  estimate_minutes?: number | null;
  metadata?: Readonly<Record<string, unknown>>;
  tags?: readonly string[];
  acceptance?: readonly CriterionInput[];
  key?: string | null;
  parent?: string | null;
  depends_on?: readonly string[];
  blocks?: readonly string[];
  ref?: string;
  note?: string;
}
export type FieldName = keyof Fields;

/** What a task says of itself, whichever way it comes: every door takes these, and some of its own. */
export const OWN_FIELDS = [
  "title",
  "description",
  "status",
  "priority",
  "type",
  "assignee",
  "category",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "metadata",
] as const satisfies readonly FieldName[];

/** One tag. */
export const tag: Check = (value) => {
  const word = lineOf(value, LIMITS.tag);
  if (/[\s,]/.test(word)) throw new Wrong(`"${word}": a tag has no spaces and no commas`);
  return word;
};

/** How another task is called: an id, a key, a ref. */
export const taskName: Check = (value) => lineOf(typeof value === "number" ? String(value) : value, LIMITS.key);

const moment =
  (field: "due_at" | "defer_until"): Check =>
  (value, now) => {
    if (typeof value !== "string") throw new Wrong(`must be a date, not ${kindOf(value)}`);
    return parseAhead(value, now, field === "due_at" ? "end" : "start", field);
  };

/** A criterion: its text, or an object with it. */
export const criterion: Check = (value) => {
  if (typeof value === "string") return { text: lineOf(value, LIMITS.text), checked: false, evidence: null };
  if (!isRecord(value)) throw new Wrong(`must be texts or objects with a text, not ${kindOf(value)}`);
  const { text: words, checked = false, evidence = null, n: _, ...others } = value;
  const [odd] = Object.keys(others);
  if (odd !== undefined) throw new Wrong(`has an unknown field "${odd}"`);
  if (typeof checked !== "boolean") throw new Wrong(`checked must be true or false, not ${kindOf(checked)}`);
  return {
    text: lineOf(words, LIMITS.text),
    checked,
    evidence: evidence === null ? null : textOf(evidence, LIMITS.text),
  };
};

/** How each field is checked. */
export const CHECKS: Readonly<Record<FieldName, Check>> = {
  title: (value) => {
    const length = typeof value === "string" ? value.length : 0;
    if (length <= LIMITS.title) return lineOf(value, LIMITS.title);
    throw new Wrong(`is ${length} characters long; at most ${LIMITS.title} are taken. What is longer is a description`);
  },
  description: orNull(text(LIMITS.text)),
  status: (value) => parseStatus(value),
  priority: (value) => {
    const word = String(value).trim().toLowerCase();
    const found = PRIORITIES.find((priority) => priority === word);
    if (!found) throw new Wrong(`"${word}" is none of ${PRIORITIES.join(", ")}`);
    return found;
  },
  type: orNull(line(LIMITS.type)),
  assignee: orNull(line(LIMITS.word)),
  category: orNull(line(LIMITS.word)),
  files: list(line(LIMITS.item)),
  capabilities: list(line(LIMITS.item)),
  due_at: orNull(moment("due_at")),
  defer_until: orNull(moment("defer_until")),
  estimate_minutes: orNull((value) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new Wrong("must be a whole number of minutes");
  }),
  metadata: jsonObject,
  tags: list(tag),
  acceptance: list(criterion),
  key: orNull(line(LIMITS.key)),
  parent: orNull(taskName),
  depends_on: list(taskName),
  blocks: list(taskName),
  ref: taskName,
  note: text(LIMITS.text),
};

/** How fields are checked that are not those of a task as people write it. */
export interface FieldRules {
  readonly checks: Readonly<Record<string, Check>>;
  /** Fields that may be there and say nothing. */
  readonly ignored: ReadonlySet<string>;
  /** The problem of a field that nobody knows. */
  readonly unknown: (name: string) => Problem;
}

/**
 * Checks the fields of `input` that are in `names`; what is wrong goes to `report`, all of it. Fields that are undefined
 * count as not given; a field that is not in `names` is reported.
 */
export function checkFields(
  input: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
  now: Date,
  report: (problem: Problem) => void,
  rules?: FieldRules,
): Fields {
  const checks = rules?.checks ?? CHECKS;
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    const value = input[name];
    if (value === undefined) continue;
    if (!names.has(name)) {
      if (!rules?.ignored.has(name)) report(rules ? rules.unknown(name) : unknownField(name, names));
      continue;
    }
    try {
      fields[name] = (checks as Readonly<Record<string, Check>>)[name]!(value, now);
    } catch (error) {
      report(problemOf(error, name, value));
    }
  }
  return fields as Fields;
}
