/** The journal: one append-only, hash-chained log of what happened, and the state that follows from it. */
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { bootId, isRunning, startTimeOf } from "@taskwerk/contract/is-running";
import { type Database, openDatabase, type Reader, type Tx } from "@taskwerk/sqlite/database";
import type { Fact, JournalEvent } from "../model/event.ts";
import { WAYS_TO_BEGIN } from "../model/first-run.ts";
import { emptyState, foldEvents, type RunState } from "../model/state.ts";
import { chainHash, GENESIS, type JournalRow } from "./chain.ts";
import { checkFact } from "./check-fact.ts";
import { hasJournal, journalFile, makeDirectory } from "./directory.ts";
import { type Driver, type DriverClaim, readDriver, removeDriver, replaceDriver } from "./driver.ts";
import type { JournalHealth } from "./health.ts";
import { journalMigration } from "./migrations/0001-journal.ts";
import { mismatches, project } from "./projections.ts";
import { corrupt, type Damage, FACT_VERSION, readFact, writeFact } from "./read-fact.ts";
import { sessionOf } from "./session-of.ts";

export interface JournalOptions {
  /** The clock; times are written as RFC 3339 in UTC. */
  readonly now: () => Date;
  /** Makes what is missing. Default yes; with no, a missing journal is STORE_NOT_FOUND. */
  readonly create?: boolean;
  /** Opens without the right to write. Implies `create: false`. */
  readonly readonly?: boolean;
  /** How long to wait for another program's lock, milliseconds. Default 5000. */
  readonly busyTimeoutMs?: number;
}

export interface ReadOptions {
  /** Only events after this number. */
  readonly since?: number;
  /** Only events of this session. */
  readonly session?: string;
  /** At most so many, those that come first: for who reads on piece by piece. */
  readonly limit?: number;
}

export interface Journal {
  /** The database file, absolute as the root was. */
  readonly file: string;
  /** Writes facts in one transaction with their projections; durable when it resolves. Throws what `appendIf` throws. */
  append(facts: readonly Fact[]): Promise<readonly JournalEvent[]>;
  /**
   * Writes what `decide` answers to the newest state, with nobody in between: no other process writes between the two.
   * What `decide` throws comes out, and nothing is written. An empty answer writes nothing. Throws STORE_BUSY,
   * STORE_FULL, READ_ONLY, STORE_CORRUPT; a plain Error for a fact that cannot follow on the state.
   */
  appendIf(decide: (state: RunState) => readonly Fact[]): Promise<readonly JournalEvent[]>;
  /** Events in order. Throws STORE_CORRUPT with `details.seq` at the first that does not belong to the chain. */
  read(options?: ReadOptions): Promise<readonly JournalEvent[]>;
  /** The rows as they are stored, up to the first that does not belong to the chain; `problem` says what is wrong with that one. */
  rows(): Promise<{ readonly rows: readonly JournalRow[]; readonly problem: WerkError | null }>;
  /** The state now, also of what other processes wrote. Only what is new since the last call is read. */
  state(): Promise<RunState>;
  /** The number of the newest event; cheap, for polling. */
  head(): Promise<number>;
  /** True when there are events after `seq`, whoever wrote them; cheap, for polling. */
  changedSince(seq: number): Promise<boolean>;
  /** Reads everything again and compares. Writes nothing. */
  verify(): Promise<JournalHealth>;
  /**
   * Makes this the one conductor that drives the repository. A dead holder's place is taken over; asking again while
   * holding it sets the session.
   */
  acquireDriver(session: string | null): Promise<DriverClaim>;
  /** Gives the place up, if this journal has it. */
  releaseDriver(): Promise<void>;
  /** Who drives now: null when nobody does, also when the one who did is dead. */
  currentDriver(): Promise<Driver | null>;
  /** Gives the driver's place up and closes the file. */
  close(): Promise<void>;
}

const TAKE_OVER_ROUNDS = 5;

/**
 * Opens the journal of the repository (or directory) `root`: `.conductor/conductor.db`, made with its directory when it
 * is missing. Throws STORE_NOT_FOUND, STORE_UNREADABLE, STORE_CORRUPT, SCHEMA_TOO_NEW, READ_ONLY; a file that is damaged
 * is never written over.
 */
export async function openJournal(root: string, options: JournalOptions): Promise<Journal> {
  const file = journalFile(root);
  const readonly = options.readonly ?? false;
  if (readonly || options.create === false) {
    if (!(await hasJournal(root))) {
      throw new WerkError("STORE_NOT_FOUND", `There is no journal of conductor in ${root}.`, {
        hint: `${WAYS_TO_BEGIN}\nSet up first:  conductor init`,
        details: { file },
      });
    }
  } else await makeDirectory(root);
  const database = await openDatabase(file, {
    readonly,
    create: false,
    migrations: [journalMigration],
    ...(options.busyTimeoutMs === undefined ? {} : { busyTimeoutMs: options.busyTimeoutMs }),
  });
  return overDatabase(database, options.now);
}

/** The state up to an event, and that event's hash. */
interface Fold {
  readonly state: RunState;
  readonly hash: string;
}

function overDatabase(database: Database, now: () => Date): Journal {
  // Whoever only reads needs no name.
  let holder = "";
  let fold: Fold = { state: emptyState(), hash: GENESIS };
  let drives = false;

  const keep = (next: Fold): RunState => {
    if (next.state.seq > fold.state.seq) fold = next;
    return next.state;
  };

  const appendIf = async (decide: (state: RunState) => readonly Fact[]): Promise<readonly JournalEvent[]> => {
    const written = await database.write(async (tx) => {
      const before = await caughtUp(tx, fold);
      const facts = decide(before.state);
      return facts.length === 0 ? { next: before, events: [] } : write(tx, before, facts, now().toISOString());
    });
    keep(written.next);
    return written.events;
  };

  const acquireDriver = async (session: string | null): Promise<DriverClaim> => {
    holder ||= process.getBuiltinModule("node:crypto").randomUUID();
    const me: Driver = {
      pid: process.pid,
      startTime: startTimeOf(process.pid) || null,
      bootId: bootId() || null,
      holder,
      session,
      since: now().toISOString(),
    };
    for (let round = 0; round < TAKE_OVER_ROUNDS; round += 1) {
      const there = await database.read(readDriver);
      const mine = there?.holder === holder;
      if (there !== null && !mine && isRunning(there)) return { kind: "held", by: there };
      const next = mine ? { ...me, since: there.since } : me;
      if (await database.write((tx) => replaceDriver(tx, there, next))) {
        drives = true;
        return { kind: "acquired", previous: mine ? null : there };
      }
    }
    throw new WerkError("STORE_BUSY", "Several conductors want to drive this repository at the same time.", {
      hint: "Try again in a moment.",
    });
  };

  const releaseDriver = async (): Promise<void> => {
    if (drives) await database.write((tx) => removeDriver(tx, holder));
    drives = false;
  };

  return {
    file: database.file,
    append: (facts) => appendIf(() => facts),
    appendIf,
    read: async ({ since = 0, session, limit }: ReadOptions = {}) => {
      const events = await database.read(async (reader) => {
        const previous = since <= 0 ? GENESIS : await hashAt(reader, since);
        return previous === null ? [] : eventsAfter(reader, Math.max(0, since), previous, limit);
      });
      if (session === undefined) return events;
      const state = keep(await database.read((reader) => caughtUp(reader, fold)));
      return events.filter((event) => sessionOf(event, state) === session);
    },
    rows: () => database.read(soundRows),
    state: async () => keep(await database.read((reader) => caughtUp(reader, fold))),
    head: () => database.read(headSeq),
    changedSince: async (seq) => (await database.read(headSeq)) > seq,
    verify: () => database.read(verify).catch((error: unknown) => brokenFile(error, database.read)),
    acquireDriver,
    releaseDriver,
    currentDriver: async () => {
      const there = await database.read(readDriver);
      return there !== null && isRunning(there) ? there : null;
    },
    close: async () => {
      await releaseDriver();
      await database.close();
    },
  };
}

/** The fold with everything that has been written since. */
async function caughtUp(reader: Reader, fold: Fold): Promise<Fold> {
  const head = await reader.get<{ seq: number; hash: string }>("select seq, hash from journal_head");
  if ((head?.seq ?? 0) === fold.state.seq && (head?.hash ?? GENESIS) === fold.hash) return fold;
  const events = await eventsAfter(reader, fold.state.seq, fold.hash);
  const last = events.at(-1);
  const next = { state: foldEvents(events, fold.state), hash: last?.hash ?? fold.hash };
  if (next.state.seq !== (head?.seq ?? 0) || next.hash !== (head?.hash ?? GENESIS))
    throw corrupt(next.state.seq + 1, "head", `is missing: ${head?.seq ?? 0} were written`);
  return next;
}

async function write(
  tx: Tx,
  before: Fold,
  facts: readonly Fact[],
  at: string,
): Promise<{ next: Fold; events: readonly JournalEvent[] }> {
  let { state, hash } = before;
  const events: JournalEvent[] = [];
  for (const fact of facts) {
    checkFact(state, fact);
    const body = writeFact(fact);
    const row = { seq: state.seq + 1, at, version: FACT_VERSION, body };
    hash = chainHash(hash, row);
    await tx.run("insert into journal (seq, at, type, version, body, hash) values (?, ?, ?, ?, ?, ?)", [
      row.seq,
      at,
      fact.type,
      row.version,
      body,
      hash,
    ]);
    // What is kept is what will be read: the fact after its way through JSON.
    const event = eventOf({ ...row, hash });
    events.push(event);
    state = foldEvents([event], state);
  }
  await tx.run(
    `insert into journal_head (one, seq, hash) values (1, ?, ?)
     on conflict (one) do update set seq = excluded.seq, hash = excluded.hash`,
    [state.seq, hash],
  );
  await project(tx, events, state);
  return { next: { state, hash }, events };
}

const eventOf = (row: JournalRow): JournalEvent => ({
  ...readFact(row.seq, row.version, row.body),
  seq: row.seq,
  at: row.at,
  hash: row.hash,
});

/** SQLite takes a negative limit for none. */
const rowsAfter = (reader: Reader, seq: number, limit: number): Promise<readonly JournalRow[]> =>
  reader.all<JournalRow>("select seq, at, version, body, hash from journal where seq > ? order by seq limit ?", [
    seq,
    limit,
  ]);

async function soundRows(
  reader: Reader,
): Promise<{ readonly rows: readonly JournalRow[]; readonly problem: WerkError | null }> {
  const all = await rowsAfter(reader, 0, Number.MAX_SAFE_INTEGER);
  const head = await headSeq(reader);
  let hash = GENESIS;
  for (const [at, row] of all.entries()) {
    try {
      if (row.seq !== at + 1) throw corrupt(at + 1, "chain", "is missing");
      if (chainHash(hash, row) !== row.hash)
        throw corrupt(row.seq, "chain", "does not fit the chain: it, or one before, was changed");
      readFact(row.seq, row.version, row.body);
    } catch (error) {
      if (!isWerkError(error)) throw error;
      return { rows: all.slice(0, at), problem: error };
    }
    hash = row.hash;
  }
  const short = all.length === head ? null : corrupt(all.length + 1, "head", `is missing: ${head} were written`);
  return { rows: all, problem: short };
}

/** Events after a number, each checked against the chain from the hash given. */
async function eventsAfter(
  reader: Reader,
  seq: number,
  previous: string,
  limit = -1,
): Promise<readonly JournalEvent[]> {
  const events: JournalEvent[] = [];
  let hash = previous;
  for (const row of await rowsAfter(reader, seq, limit)) {
    const expected = seq + events.length + 1;
    if (row.seq !== expected) throw corrupt(expected, "chain", "is missing");
    if (chainHash(hash, row) !== row.hash)
      throw corrupt(row.seq, "chain", "does not fit the chain: it, or one before, was changed");
    events.push(eventOf(row));
    hash = row.hash;
  }
  return events;
}

/** The hash that the next event is chained to; null when there is no event of that number. */
const hashAt = async (reader: Reader, seq: number): Promise<string | null> =>
  (await reader.get<{ hash: string }>("select hash from journal where seq = ?", [seq]))?.hash ?? null;

const headSeq = async (reader: Reader): Promise<number> =>
  (await reader.get<{ seq: number }>("select seq from journal_head"))?.seq ?? 0;

async function verify(reader: Reader): Promise<JournalHealth> {
  const damage = await reader.all<{ integrity_check: string }>("pragma integrity_check(5)");
  const said = damage.map((row) => row.integrity_check).filter((text) => text !== "ok");
  const broken = {
    kind: "broken" as const,
    seq: null,
    mismatches: [],
  };
  let fold: Fold;
  let events: readonly JournalEvent[];
  try {
    events = await eventsAfter(reader, 0, GENESIS);
    fold = await caughtUp(reader, { state: foldEvents(events), hash: events.at(-1)?.hash ?? GENESIS });
  } catch (error) {
    if (!isWerkError(error) || typeof error.details.seq !== "number") throw error;
    const { seq, problem } = error.details as { readonly seq: number; readonly problem: Damage };
    return { ...broken, problem, seq, readable: seq - 1, message: error.message };
  }
  if (said.length > 0)
    return {
      ...broken,
      problem: "file",
      readable: events.length,
      message: `SQLite finds damage: ${said.join("; ")}${events.length === 0 ? "" : ` The ${events.length} events are good.`}`,
    };
  const wrong = await mismatches(reader, events, fold.state);
  if (wrong.length === 0) return { kind: "sound", events: events.length, head: fold.hash, state: fold.state };
  const first = wrong[0]!;
  return {
    ...broken,
    problem: "projection",
    readable: events.length,
    message: `Table ${first.table} is not what the journal says: ${first.key} is ${first.what}. The ${events.length} events are good.`,
    mismatches: wrong,
  };
}

/** A file that SQLite itself calls damaged. Its events may be whole all the same: `read` asks again for them alone. */
async function brokenFile(
  error: unknown,
  read: <T>(work: (reader: Reader) => Promise<T>) => Promise<T>,
): Promise<JournalHealth> {
  if (!isWerkError(error) || (error.code !== "STORE_CORRUPT" && error.code !== "STORE_UNREADABLE")) throw error;
  const broken = { kind: "broken" as const, problem: "file" as const, seq: null, mismatches: [] };
  try {
    const { length } = await read((reader) => eventsAfter(reader, 0, GENESIS));
    return { ...broken, readable: length, message: `${error.message} All ${length} events can be read.` };
  } catch (other) {
    if (!isWerkError(other)) throw other;
    const { seq } = other.details;
    if (typeof seq !== "number") return { ...broken, readable: 0, message: error.message };
    return { ...broken, seq, readable: seq - 1, message: `${error.message} ${other.message}` };
  }
}
