import { LIMITS } from "@taskwerk/contract/limits";
import { NOTE_TYPES } from "@taskwerk/contract/note";
import { type Check, isRecord, jsonObject, kindOf, line, lineOf, list, orNull, text, Wrong } from "./check-value.ts";
import { parseMoment } from "./dates.ts";
import { CHECKS, criterion, type Fields, tag, taskName } from "./fields.ts";

/** A note as it travels; what it leaves open is as of its import. */
export interface NoteRecord {
  readonly id: string | null;
  readonly type: string;
  readonly text: string;
  readonly at: string | null;
  readonly by: string | null;
}

/** A session that changed a task. */
export interface SessionRecord {
  readonly name: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly actor: string | null;
}

/** Where a task leads. */
export interface LinkRecord {
  readonly type: string;
  readonly target: string;
}

/** Who has a task, until when, and for how long each time. */
export interface ClaimRecord {
  readonly by: string;
  readonly lease_until: string;
  readonly lease_s: number | null;
}

/** What an export says of a task beyond what people write. Only what was given. */
export interface TaskRecord extends Fields {
  id?: string;
  uid?: string;
  /** The uid of each task that `parent` and `depends_on` name. */
  uids?: Readonly<Record<string, string>>;
  rev?: number;
  status_reason?: string | null;
  satisfied?: boolean;
  evidence?: Readonly<Record<string, unknown>>;
  links?: readonly LinkRecord[];
  notes?: readonly NoteRecord[];
  session?: string | null;
  sessions?: readonly SessionRecord[];
  created_at?: string;
  created_by?: string;
  updated_at?: string;
  updated_by?: string;
  started_at?: string | null;
  completed_at?: string | null;
  archived_at?: string | null;
  deleted_at?: string | null;
  active_ms?: number;
  active_since?: string | null;
  claim?: ClaimRecord | null;
  fence?: number;
}

/** What follows from the rest of a task: an import makes it anew, whatever the file says. */
export const DERIVED: ReadonlySet<string> = new Set([
  "category_of_status",
  "children",
  "actual_minutes",
  "progress",
  "ready",
  "leaves",
]);

const UID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
/** As many of one kind as a task may bring: what is added one by one in a store has no other end. */
const MOST_THINGS = 100_000;
const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const uid: Check = (value) => {
  const word = lineOf(value, LIMITS.key).toUpperCase();
  if (!UID.test(word)) throw new Wrong(`"${word.slice(0, 40)}" is no uid`);
  return word;
};

const time =
  (field: string): Check =>
  (value, now) => {
    if (typeof value !== "string") throw new Wrong(`must be a time, not ${kindOf(value)}`);
    // As an export writes it: nothing to read.
    if (EXACT.test(value) && isMoment(value)) return value;
    return parseMoment(value, now, "start", field);
  };

function isMoment(text: string): boolean {
  const ms = Date.parse(text);
  return ms >= 0 && new Date(ms).toISOString() === text;
}

const whole =
  (least: number): Check =>
  (value) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
    throw new Wrong(`must be a whole number, ${least} or more`);
  };

const yes: Check = (value) => {
  if (typeof value === "boolean") return value;
  throw new Wrong(`must be true or false, not ${kindOf(value)}`);
};

/** An object with these fields and no others; those of `needed` must be there, the others are null when they are not. */
const object =
  (fields: Readonly<Record<string, Check>>, needed: readonly string[], ignored: readonly string[] = []): Check =>
  (value, now) => {
    if (!isRecord(value)) throw new Wrong(`must be objects, not ${kindOf(value)}`);
    const found: Record<string, unknown> = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    for (const name of Object.keys(value)) {
      if (ignored.includes(name)) continue;
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!check) throw new Wrong(`has an unknown field "${name.slice(0, 100)}"`);
      if (value[name] !== null && value[name] !== undefined) found[name] = inside(name, () => check(value[name], now));
    }
    for (const name of needed) if (found[name] === null) throw new Wrong(`has one without ${name}`);
    return found;
  };

function inside<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Wrong ? new Wrong(`: ${name} ${error.message}`) : error;
  }
}

const noteType: Check = (value) => {
  const found = NOTE_TYPES.find((type) => type === value);
  if (!found) throw new Wrong(`"${String(value).slice(0, 40)}" is none of ${NOTE_TYPES.join(", ")}`);
  return found;
};

const noteObject = object(
  { id: line(LIMITS.word), type: noteType, text: text(LIMITS.text), at: time("at"), by: line(LIMITS.word) },
  ["text"],
  ["task"],
);

const note: Check = (value, now) => {
  const record = (typeof value === "string" ? noteObject({ text: value }, now) : noteObject(value, now)) as NoteRecord;
  if (record.text.trim() === "") throw new Wrong("has an empty one");
  return record.type === null ? { ...record, type: "comment" } : record;
};

const claim = object(
  { by: line(LIMITS.word), lease_until: time("lease_until"), lease_s: whole(1) },
  ["by", "lease_until"],
  ["fence"],
);

/** How each field of a row of an import is checked. */
export const ROW_CHECKS: Readonly<Record<string, Check>> = {
  ...CHECKS,
  tags: list(tag, MOST_THINGS),
  acceptance: list(criterion, MOST_THINGS),
  depends_on: list(taskName, MOST_THINGS),
  blocks: list(taskName, MOST_THINGS),
  id: CHECKS.ref,
  uid,
  uids: (value, now) =>
    Object.fromEntries(Object.entries(jsonObject(value, now) as object).map(([id, one]) => [id, uid(one, now)])),
  rev: whole(1),
  status_reason: orNull(text(LIMITS.text)),
  satisfied: yes,
  evidence: jsonObject,
  links: list(object({ type: line(LIMITS.type), target: text(LIMITS.text) }, ["type", "target"]), MOST_THINGS),
  notes: list(note, MOST_THINGS),
  session: orNull(line(LIMITS.word)),
  sessions: list(
    object(
      { name: line(LIMITS.word), started_at: time("started_at"), ended_at: time("ended_at"), actor: line(LIMITS.word) },
      ["name"],
    ),
    MOST_THINGS,
  ),
  created_at: time("created_at"),
  created_by: line(LIMITS.word),
  updated_at: time("updated_at"),
  updated_by: line(LIMITS.word),
  started_at: orNull(time("started_at")),
  completed_at: orNull(time("completed_at")),
  archived_at: orNull(time("archived_at")),
  deleted_at: orNull(time("deleted_at")),
  active_ms: whole(0),
  active_since: orNull(time("active_since")),
  claim: (value, now) => (value === null ? null : claim(value, now)),
  fence: whole(0),
  // What an export adds for its readers; a new store begins a log of its own.
  history: (value) => value,
};

/** Fields that a row of an import may have. */
export const ROW_FIELDS: ReadonlySet<string> = new Set(Object.keys(ROW_CHECKS).filter((name) => name !== "note"));
