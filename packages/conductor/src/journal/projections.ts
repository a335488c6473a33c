/** The named tables that people and other programs look at. Each row follows from the state or from one event; nothing is only there. */
import type { Reader, SqlValue, Tx } from "@taskwerk/sqlite/database";
import type { JournalEvent } from "../model/event.ts";
import type { AttemptState, RunState } from "../model/state.ts";

type Row = Readonly<Record<string, SqlValue>>;

/** Every table that is rebuilt by replay, and its key. */
const TABLES = {
  plans: "id",
  orchestration_sessions: "id",
  agent_interactions: "seq",
  attempts: "id",
  receipts: "id",
  decisions: "id",
} as const;
export type Projection = keyof typeof TABLES;

/** A table whose content is not what the journal says. */
export interface ProjectionMismatch {
  readonly table: Projection;
  readonly key: string;
  readonly what: "missing" | "different" | "unknown to the journal";
}

/** The row that an event puts into a projection or changes there, given the state after it; null when it touches none. */
export function rowAfter(
  event: JournalEvent,
  after: RunState,
): { readonly table: Projection; readonly row: Row } | null {
  switch (event.type) {
    case "plan.saved":
      return rowOf("plans", planRow(after, event.plan));
    case "session.started":
      return rowOf("orchestration_sessions", sessionRow(after, event.session.id));
    case "session.status":
    case "session.ended":
      return rowOf("orchestration_sessions", sessionRow(after, event.session));
    case "interaction":
      return rowOf("agent_interactions", interactionRow(event, after));
    case "gate.judged":
      return rowOf("receipts", receiptRow(after, event.receipt.id));
    case "decision.asked":
      return rowOf("decisions", decisionRow(after, event.decision.id));
    case "decision.closed":
    case "decision.joined":
    case "decision.overturned":
      return rowOf("decisions", decisionRow(after, event.decision));
    case "attempt.started":
      return rowOf("attempts", attemptRow(after, event.attempt.id));
    case "attempt.claimed":
    case "attempt.prepared":
    case "attempt.stage":
    case "attempt.usage":
    case "attempt.bundled":
    case "attempt.ended":
    case "loop.noticed":
    case "landing.landed":
      return rowOf("attempts", attemptRow(after, event.attempt));
    case "planning.failed":
    case "session.stop-requested":
    case "session.limits":
    case "budget.reached":
    case "account.paused":
    case "account.continued":
    case "task.paused":
    case "task.continued":
    case "session.held":
    case "attempt.spawned":
    case "attempt.agent-ended":
    case "landing.intended":
    case "rollback.intended":
    case "rollback.given":
    case "rollback.landed":
    case "rollback.abandoned":
    case "task.reopened":
    case "task.closed":
    case "salvage.saved":
    case "tests.idle":
    case "conflict.met":
    case "hint.given":
    case "task.unblocked":
      return null;
    default:
      event satisfies never;
      return null;
  }
}

/** Writes what new events change. A judged receipt also changes its attempt's counters, and a rollback what it takes back. */
export async function project(tx: Tx, events: readonly JournalEvent[], after: RunState): Promise<void> {
  for (const event of events) {
    const touched = rowAfter(event, after);
    if (touched !== null) await upsert(tx, touched.table, touched.row);
    for (const id of attemptsBeside(event, after)) {
      const row = attemptRow(after, id);
      if (row !== null) await upsert(tx, "attempts", row);
    }
  }
}

/** Attempts that an event changes beside the row that is its own. */
function attemptsBeside(event: JournalEvent, { rollbacks }: RunState): readonly string[] {
  if (event.type === "gate.judged") return event.attempt === null ? [] : [event.attempt];
  if (event.type !== "rollback.landed") return [];
  return rollbacks.find(({ id }) => id === event.rollback)?.reverts.map(({ attempt }) => attempt) ?? [];
}

/** Compares the tables with a replay of all events. Empty when they are equal. */
export async function mismatches(
  reader: Reader,
  events: readonly JournalEvent[],
  state: RunState,
): Promise<readonly ProjectionMismatch[]> {
  const wanted: Record<Projection, readonly (Row | null)[]> = {
    plans: [...state.plans.keys()].map((id) => planRow(state, id)),
    orchestration_sessions: [...state.sessions.keys()].map((id) => sessionRow(state, id)),
    agent_interactions: events.map((event) => (event.type === "interaction" ? interactionRow(event, state) : null)),
    attempts: [...state.attempts.keys()].map((id) => attemptRow(state, id)),
    receipts: [...state.receipts.keys()].map((id) => receiptRow(state, id)),
    decisions: [...state.decisions.keys()].map((id) => decisionRow(state, id)),
  };
  const found: ProjectionMismatch[] = [];
  for (const table of Object.keys(TABLES) as Projection[]) {
    const key = TABLES[table];
    const rows = await reader.all<Row>(`select * from ${table}`);
    const there = new Map(rows.map((row) => [String(row[key]), row]));
    for (const row of wanted[table]) {
      if (row === null) continue;
      const id = String(storable(row[key]!));
      const actual = there.get(id);
      if (actual === undefined) found.push({ table, key: id, what: "missing" });
      else if (!equal(row, actual)) found.push({ table, key: id, what: "different" });
      there.delete(id);
    }
    for (const id of there.keys()) found.push({ table, key: id, what: "unknown to the journal" });
  }
  return found;
}

const equal = (wanted: Row, actual: Row): boolean =>
  Object.keys(actual).length === Object.keys(wanted).length &&
  Object.entries(wanted).every(([column, value]) => actual[column] === storable(value));

/** SQLite's texts are UTF-8, which knows no half of a surrogate pair. The journal's JSON keeps it, escaped. */
const storable = (value: SqlValue): SqlValue =>
  typeof value === "string" ? value.replace(/\p{Cs}/gu, "\ufffd") : value;

const rowOf = (table: Projection, row: Row | null) => (row === null ? null : { table, row });

async function upsert(tx: Tx, table: Projection, row: Row): Promise<void> {
  const columns = Object.keys(row);
  await tx.run(
    `insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})
     on conflict (${TABLES[table]}) do update set ${columns.map((one) => `${one} = excluded.${one}`).join(", ")}`,
    Object.values(row).map(storable),
  );
}

function planRow(state: RunState, id: string): Row | null {
  const plan = state.plans.get(id);
  if (plan === undefined) return null;
  return {
    id,
    source_file: plan.sourceFile,
    file: plan.file,
    status: plan.status,
    metadata: JSON.stringify(plan.metadata),
    saved_at: plan.savedAt,
  };
}

function sessionRow(state: RunState, id: string): Row | null {
  const session = state.sessions.get(id);
  if (session === undefined) return null;
  return {
    id,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    agent: session.options.agent,
    status: session.status,
    reason: session.reason,
    metrics: JSON.stringify(session.metrics),
  };
}

function interactionRow(event: JournalEvent & { readonly type: "interaction" }, state: RunState): Row | null {
  const attempt = state.attempts.get(event.attempt);
  if (attempt === undefined) return null;
  const { session, task, id } = attempt;
  return { seq: event.seq, at: event.at, session, task, attempt: id, type: event.kind, content: event.content };
}

function attemptRow(state: RunState, id: string): Row | null {
  const attempt = state.attempts.get(id);
  if (attempt === undefined) return null;
  return {
    id,
    session: attempt.session,
    task: attempt.task,
    n: attempt.n,
    agent: attempt.agent,
    stage: attempt.stage,
    reason: attempt.reason,
    base: attempt.base,
    branch: attempt.branch,
    work_commit: attempt.work?.commit ?? null,
    work_tree: attempt.work?.tree ?? null,
    landed_commit: attempt.landed?.commit ?? null,
    landed_tree: attempt.landed?.tree ?? null,
    started_at: attempt.startedAt,
    ended_at: attempt.endedAt,
    tokens: tokensOf(attempt),
    usd: attempt.usage?.usd ?? null,
    gate_rounds: attempt.gateRounds,
    reds: attempt.reds,
    loops: attempt.loops,
  };
}

function tokensOf({ usage }: AttemptState): number | null {
  if (usage === null) return null;
  return Math.round(usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
}

function receiptRow(state: RunState, id: string): Row | null {
  const receipt = state.receipts.get(id);
  if (receipt === undefined) return null;
  return {
    id,
    tree: receipt.tree,
    gate: receipt.gate,
    phase: receipt.phase,
    required: receipt.required ? 1 : 0,
    config_hash: receipt.configHash,
    command: receipt.command,
    result: receipt.result,
    counts: receipt.counts === null ? null : JSON.stringify(receipt.counts),
    coverage: receipt.coverage === null ? null : JSON.stringify(receipt.coverage),
    log_sha256: receipt.logSha256,
    at: receipt.at,
    duration_ms: Math.round(receipt.durationMs),
  };
}

function decisionRow(state: RunState, id: string): Row | null {
  const decision = state.decisions.get(id);
  if (decision === undefined) return null;
  return {
    id,
    kind: decision.kind,
    session: decision.session,
    task: decision.task,
    attempt: decision.attempt,
    text: decision.text,
    tree: decision.tree,
    state: decision.state,
    answer: decision.answer,
    asked_at: decision.askedAt,
    answered_at: decision.answeredAt,
    answered_by: decision.answeredBy,
    deadline: decision.deadline,
  };
}
