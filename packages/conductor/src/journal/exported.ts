/**
 * The journal as a file: a first line that says what it is, then each event on a line of its own, with its place in the chain.
 * Claim tokens are left out, so of the few events that hold one the hash is carried along and cannot be made again. Pure.
 */
import { WerkError } from "@taskwerk/contract/errors";
import type { JournalEvent } from "../model/event.ts";
import { emptyState, foldEvents, type RunState } from "../model/state.ts";
import { chainHash, GENESIS, type JournalRow } from "./chain.ts";
import { readFact } from "./read-fact.ts";

export interface Replayed {
  readonly events: number;
  /** Events whose content the chain cannot answer for, because their token was left out. */
  readonly sealed: number;
  /** The hash of the last event. */
  readonly head: string;
  readonly state: RunState;
}

const KIND = "conductor.journal";
const VERSION = 1;

/** The text of an export of these rows, which begin with the first event. */
export const exportText = (rows: readonly JournalRow[]): string =>
  [
    JSON.stringify({ kind: KIND, v: VERSION, events: rows.length, head: rows.at(-1)?.hash ?? GENESIS }),
    ...rows.map(({ seq, at, version, body, hash }) => {
      const fact = JSON.parse(body) as Record<string, unknown>;
      const { token, ...open } = fact;
      return JSON.stringify({ seq, at, version, hash, fact: open, ...(token === undefined ? {} : { sealed: true }) });
    }),
    "",
  ].join("\n");

/**
 * Folds an export. Throws IMPORT_INVALID for what is none, and STORE_CORRUPT that names the first event that is missing, changed
 * or unreadable, and how many before it are good.
 */
export function replayExport(text: string, source: string): Replayed {
  const [first = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const header = headerOf(first, source);
  const events: JournalEvent[] = [];
  let previous = GENESIS;
  let sealed = 0;
  for (const [at, line] of lines.entries()) {
    const seq = at + 1;
    const row = rowOf(line);
    if (row === null) throw broken(source, seq, "is no event");
    if (row.seq !== seq) throw broken(source, seq, "is missing");
    const fact = row.sealed ? { ...row.fact, token: "" } : row.fact;
    const stored = { seq, at: row.at, version: row.version, body: JSON.stringify(row.fact) };
    if (row.sealed) sealed += 1;
    else if (chainHash(previous, stored) !== row.hash)
      throw broken(source, seq, "does not fit the chain: it, or one before, was changed");
    events.push({ ...readFact(seq, row.version, JSON.stringify(fact)), seq, at: row.at, hash: row.hash });
    previous = row.hash;
  }
  if (events.length !== header.events || previous !== header.head)
    throw broken(source, events.length + 1, `is missing: ${header.events} were written`);
  return { events: events.length, sealed, head: previous, state: foldEvents(events, emptyState()) };
}

interface ExportRow {
  readonly seq: number;
  readonly at: string;
  readonly version: number;
  readonly hash: string;
  readonly fact: Readonly<Record<string, unknown>>;
  readonly sealed: boolean;
}

function headerOf(line: string, source: string): { readonly events: number; readonly head: string } {
  const header = parsed(line);
  if (header?.kind !== KIND || typeof header.events !== "number" || typeof header.head !== "string")
    throw new WerkError("IMPORT_INVALID", `${source} is no export of a journal`, {
      hint: "Make one:  conductor events --export FILE",
      field: "file",
      given: source,
    });
  if (header.v !== VERSION)
    throw new WerkError("SCHEMA_TOO_NEW", `${source} was written by a newer conductor`, { hint: "Update conductor." });
  return { events: header.events, head: header.head };
}

/** Only events that hold a token may do without a proof of their content. */
const HOLDS_TOKEN: ReadonlySet<unknown> = new Set(["attempt.started", "attempt.claimed"]);

function rowOf(line: string): ExportRow | null {
  const row = parsed(line);
  if (row === null || typeof row.seq !== "number" || typeof row.at !== "string") return null;
  if (typeof row.version !== "number" || typeof row.hash !== "string") return null;
  const { fact } = row;
  if (fact === null || typeof fact !== "object") return null;
  const { type } = fact as { readonly type?: unknown };
  return {
    seq: row.seq,
    at: row.at,
    version: row.version,
    hash: row.hash,
    fact: fact as Record<string, unknown>,
    sealed: row.sealed === true && HOLDS_TOKEN.has(type),
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const broken = (source: string, seq: number, what: string): WerkError =>
  new WerkError(
    "STORE_CORRUPT",
    `Event ${seq} in ${source} ${what}. ${seq === 1 ? "No event before it." : seq === 2 ? "Event 1 is good." : `Events 1 to ${seq - 1} are good.`}`,
    {
      hint: "Export it again where the journal is:  conductor events --export FILE",
      details: { seq, readable: seq - 1, file: source },
    },
  );
