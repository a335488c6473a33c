import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";
import type { OpRow } from "../op-log.ts";
import { chainHash, type OpContent } from "./chain-hash.ts";
import { suspects } from "./suspects.ts";

type OpLine = OpRow & { readonly hash: string };
type ChangeLine = OpContent["changes"][number] & { readonly seq: number; readonly op: number };
type EventLine = OpContent["events"][number] & { readonly cursor: number; readonly op: number };

const A_PAGE = 2_000;

/**
 * Follows the log from its beginning: every operation's hash over the one before and over all its changes and events. A
 * problem names the operation, and the change where it can be told which one it is.
 */
export async function checkChain(reader: Reader): Promise<readonly CheckProblem[]> {
  const problems: CheckProblem[] = [];
  const redactions = await redactionsIn(reader);
  const changes = pages<ChangeLine>(reader, "select seq, op, entity, subject, before, after from changes", "seq");
  const events = pages<EventLine>(reader, "select cursor, op, type, subject, data from events", "cursor");
  const ops = pages<OpLine>(reader, "select seq, op, name, actor, session, at, undo_of, hash from ops", "seq");
  const said = (message: string, op?: OpLine, seq?: number): void => {
    problems.push({
      check: "chain",
      message,
      ...(op ? { op: op.op } : {}),
      ...(seq === undefined ? {} : { seq }),
    });
  };
  let before = "";
  let expected = 1;
  let rest: ChangeLine | undefined = (await changes.next()).value;
  let heard: EventLine | undefined = (await events.next()).value;
  for await (const op of ops) {
    if (op.seq !== expected) said(`operations ${expected} to ${op.seq - 1} are missing`);
    expected = op.seq + 1;
    const own: ChangeLine[] = [];
    for (; rest !== undefined && rest.op <= op.seq; rest = (await changes.next()).value) {
      if (rest.op === op.seq) own.push(rest);
      else
        said(`change ${rest.seq} says that it belongs to operation ${rest.op}, which it does not`, undefined, rest.seq);
    }
    const told: EventLine[] = [];
    for (; heard !== undefined && heard.op <= op.seq; heard = (await events.next()).value) {
      if (heard.op === op.seq) told.push(heard);
      else said(`event ${heard.cursor} says that it belongs to operation ${heard.op}, which it does not`);
    }
    const content = {
      op: [op.seq, op.op, op.name, op.actor, op.session, op.at],
      before,
      hash: op.hash,
      redaction: redactions.get(op.op) ?? null,
      changes: own,
      events: told,
    };
    before = op.hash;
    if (fits(content)) {
      if (!saysWhatItUndid(op, own)) said(`operation ${op.seq} (${op.op}) does not say what it took back`, op);
      continue;
    }
    const found = await suspects(reader, own);
    if (found.length === 0) {
      const range = own.length === 0 ? "" : `, changes ${own[0]!.seq} to ${own.at(-1)!.seq}`;
      said(`operation ${op.seq} (${op.op}) is not what it was: itself, its changes or its events${range}`, op);
    }
    for (const { seq, why } of found) {
      said(`change ${seq} of operation ${op.seq} (${op.op}) is not what it was: ${why}`, op, seq);
    }
  }
  if (rest !== undefined) said(`change ${rest.seq} belongs to no operation`, undefined, rest.seq);
  if (heard !== undefined) said(`event ${heard.cursor} belongs to no operation`);
  return problems;
}

/** By an older version the hash is over changes alone. Where a purge took something out, over what it left. */
function fits(content: OpContent): boolean {
  const whole = chainHash(content, true);
  if (content.redaction !== null) return whole === content.redaction;
  return whole === content.hash || chainHash(content, false) === content.hash;
}

/** What an operation took back stands among its changes, which the hash is over; beside them it stands once more. */
function saysWhatItUndid({ undo_of }: OpLine, own: readonly ChangeLine[]): boolean {
  const undone = own.filter(({ entity }) => entity === "op").map(({ subject }) => subject);
  return undo_of === null ? undone.length === 0 : undone.includes(undo_of);
}

async function redactionsIn(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.all<{ subject: string; after: string }>(
    "select subject, after from changes where entity = 'redaction' order by seq",
  );
  return new Map(
    rows.flatMap(({ subject, after }) => {
      const hash = hashIn(after);
      return hash === null ? [] : [[subject, hash] as const];
    }),
  );
}

function hashIn(text: string): string | null {
  try {
    const { hash } = JSON.parse(text) as { hash?: unknown };
    return typeof hash === "string" ? hash : null;
  } catch {
    return null;
  }
}

/** All rows of a query in the order of a key, a page at a time. */
async function* pages<T>(reader: Reader, query: string, key: string): AsyncGenerator<T, undefined> {
  for (let last = -1; ; ) {
    const rows = await reader.all<T>(`${query} where ${key} > ? order by ${key} limit ${A_PAGE}`, [last]);
    yield* rows;
    if (rows.length < A_PAGE) return undefined;
    last = Number((rows.at(-1) as Record<string, unknown>)[key]);
  }
}
