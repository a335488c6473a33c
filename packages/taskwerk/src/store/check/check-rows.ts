import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";
import { type Fact, factsOf, sameValue } from "../../core/facts.ts";
import { changeOf } from "../op-log.ts";

/** Columns that the log has said all of from the first version on. */
const SAID = [
  "id",
  "uid",
  "title",
  "description",
  "status",
  "satisfied",
  "priority",
  "type",
  "assignee",
  "category",
  "parent",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "evidence",
  "session",
  "key",
  "metadata",
  "created_at",
  "created_by",
  "completed_at",
  "archived_at",
  "deleted_at",
] as const;
/** And since claims and links are in the log too. */
const SAID_SINCE = ["status_reason", "started_at", "active_ms", "active_since", "claim_by"] as const;

const EMPTY: Readonly<Record<string, unknown>> = {
  satisfied: 0,
  files: "[]",
  capabilities: "[]",
  evidence: "{}",
  metadata: "{}",
  active_ms: 0,
};

/** What the log says that a task is. */
interface Told {
  readonly first: number;
  readonly columns: Record<string, unknown>;
  readonly things: Map<string, unknown>;
  /** When and by whom it was changed, each time. */
  readonly touched: Set<string>;
  purged: boolean;
}

const MOST = 100;

/** Holds every task, with its tags, dependencies, notes, links and criteria, against what the log says of it. */
export async function checkRows(reader: Reader): Promise<readonly CheckProblem[]> {
  const complete = await reader.get<{ value: string }>("select value from settings where key = 'log_complete_after'");
  const since = Number(complete?.value ?? Number.MAX_SAFE_INTEGER);
  const told = await tellingOf(reader);
  const things = await thingsIn(reader);
  const problems: CheckProblem[] = [];
  const said = (message: string): void => {
    problems.push({ check: "rows", message });
  };
  for (const row of await reader.all<Record<string, unknown>>("select * from tasks order by seq")) {
    if (problems.length >= MOST) break;
    const uid = String(row.uid);
    const one = told.get(uid);
    told.delete(uid);
    if (!one) {
      said(`the log does not know ${row.id}`);
      continue;
    }
    if (row.purged_at !== null || one.purged) continue;
    for (const name of one.first > since ? [...SAID, ...SAID_SINCE] : SAID) {
      if (!sameValue(row[name], one.columns[name] ?? EMPTY[name])) said(`${row.id} ${name} is not what the log says`);
    }
    if (!one.touched.has(`${row.updated_at} ${row.updated_by}`)) {
      said(`${row.id} was last changed at ${row.updated_at} by ${row.updated_by}, and the log does not say so`);
    }
    const there = things.get(uid) ?? new Map<string, unknown>();
    for (const name of new Set([...one.things.keys(), ...there.keys()])) {
      if (name.startsWith("link ") && one.first <= since) continue;
      if (!sameValue(there.get(name), one.things.get(name))) said(`${row.id} ${name} is not what the log says`);
    }
  }
  for (const [uid, { columns, purged }] of told) {
    if (problems.length < MOST && !purged) said(`${columns.id ?? uid} is in the log and not among the tasks`);
  }
  return problems;
}

async function tellingOf(reader: Reader): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  for (let last = 0; ; ) {
    const rows = await reader.all<Line>(
      `select c.seq, c.op, c.entity, c.subject, c.before, c.after, o.at, o.actor
       from changes c join ops o on o.seq = c.op where c.seq > ? order by c.seq limit 2000`,
      [last],
    );
    for (const row of rows) {
      if (row.entity === "op" || row.entity === "purge" || row.entity === "redaction") continue;
      try {
        tell(told, row);
      } catch {
        // No JSON: the chain says so.
      }
    }
    if (rows.length < 2_000) return told;
    last = rows.at(-1)!.seq;
  }
}

type Line = Parameters<typeof changeOf>[0] & { readonly at: string; readonly actor: string };

function tell(told: Map<string, Told>, row: Line): void {
  const change = changeOf(row);
  const one = told.get(row.subject) ?? {
    first: row.op,
    columns: {},
    things: new Map(),
    touched: new Set(),
    purged: false,
  };
  one.touched.add(`${row.at} ${row.actor}`);
  told.set(row.subject, one);
  if (row.entity === "task" && change.before === null && change.after?.purged !== true) begin(one, change.after ?? {});
  else for (const fact of factsOf(change)) follow(one, fact, row);
}

function begin({ columns, things }: Told, after: Readonly<Record<string, unknown>>): void {
  const {
    tags = [],
    acceptance = [],
    depends_on = [],
    ...rest
  } = after as Readonly<Record<string, unknown>> & {
    readonly tags?: readonly string[];
    readonly acceptance?: readonly { text: string; checked: boolean; evidence: string | null }[];
    readonly depends_on?: readonly string[];
  };
  Object.assign(columns, rest);
  for (const tag of tags) things.set(`tag ${tag}`, true);
  for (const uid of depends_on) things.set(`dep ${uid}`, true);
  acceptance.forEach(({ text, checked, evidence }, index) => {
    things.set(`criterion ${index + 1}`, { n: index + 1, text, checked: Number(checked), evidence });
  });
}

function follow(one: Told, { kind, name, after }: Fact, by: Line): void {
  if (kind === "purge") one.purged = true;
  else if (kind === "column") one.columns[name] = after;
  else if (after === null || after === false || after === undefined) one.things.delete(`${kind} ${name}`);
  else one.things.set(`${kind} ${name}`, kind === "note" ? noteOf(after, by) : after);
}

/** A note says when and by whom only where it came back; else that is when and by whom it was written. */
const noteOf = (value: unknown, by: Line): unknown => {
  const { id, type, text, at = by.at, by: who = by.actor } = value as Record<string, unknown>;
  return { id, type, text, at, by: who };
};

/** What hangs on tasks, by uid, in the form that facts have. */
async function thingsIn(reader: Reader): Promise<ReadonlyMap<string, Map<string, unknown>>> {
  const things = new Map<string, Map<string, unknown>>();
  const add = (uid: string, name: string, value: unknown): void => {
    const own = things.get(uid) ?? new Map<string, unknown>();
    things.set(uid, own.set(name, value));
  };
  for (const { uid, tag } of await reader.all<{ uid: string; tag: string }>(
    "select t.uid, g.tag from tags g join tasks t on t.seq = g.task",
  )) {
    add(uid, `tag ${tag}`, true);
  }
  for (const { uid, blocker } of await reader.all<{ uid: string; blocker: string }>(
    "select t.uid, b.uid as blocker from deps d join tasks t on t.seq = d.task join tasks b on b.seq = d.blocker",
  )) {
    add(uid, `dep ${blocker}`, true);
  }
  for (const { uid, ...note } of await reader.all<{ uid: string; id: string }>(
    "select t.uid, n.id, n.type, n.text, n.at, n.by from notes n join tasks t on t.seq = n.task",
  )) {
    add(uid, `note ${note.id}`, note);
  }
  for (const { uid, ...link } of await reader.all<{ uid: string; n: number; type: string; target: string }>(
    "select t.uid, l.n, l.type, l.target from links l join tasks t on t.seq = l.task",
  )) {
    add(uid, `link ${link.n}`, link);
  }
  for (const { uid, ...criterion } of await reader.all<{ uid: string; n: number }>(
    "select t.uid, k.n, k.text, k.checked, k.evidence from criteria k join tasks t on t.seq = k.task",
  )) {
    add(uid, `criterion ${criterion.n}`, criterion);
  }
  return things;
}
