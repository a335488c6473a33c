import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@taskwerk/sqlite/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import { landedStory, sampleDecision, sampleSession } from "../model/sample-facts.ts";
import { nextDecisionId, stateHash } from "../model/state.ts";
import { type Journal, openJournal } from "./journal.ts";
import { journalMigration } from "./migrations/0001-journal.ts";

const START: Fact = { type: "session.started", session: sampleSession() };
const now = () => new Date("2026-11-20T21:43:00Z");

let root: string;
const opened: Journal[] = [];
const open = async (options: Partial<Parameters<typeof openJournal>[1]> = {}): Promise<Journal> => {
  const journal = await openJournal(root, { now, ...options });
  opened.push(journal);
  return journal;
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  await rm(root, { recursive: true, force: true });
});

/** Runs statements against the file as somebody would who goes round the journal. */
async function tamper(sql: string): Promise<void> {
  const database = await openDatabase(join(root, ".conductor/conductor.db"), { migrations: [journalMigration] });
  await database.write((tx) =>
    tx.exec(`drop trigger if exists journal_keeps_events; drop trigger if exists journal_loses_nothing; ${sql}`),
  );
  await database.close();
}

async function rows<T>(sql: string): Promise<readonly T[]> {
  const database = await openDatabase(join(root, ".conductor/conductor.db"), { migrations: [journalMigration] });
  const found = await database.read((reader) => reader.all<T>(sql));
  await database.close();
  return found;
}

describe("opening", () => {
  it("makes a directory only the user can enter, a file only he can read, and a .gitignore that lets plans through", async () => {
    await open();
    expect((await stat(join(root, ".conductor"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, ".conductor/conductor.db"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, ".conductor/conductor.db-wal"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(root, ".conductor/.gitignore"), "utf8")).toContain("*\n!plans/\n!plans/**");
  });

  it("leaves a .gitignore alone that is there", async () => {
    await open();
    await writeFile(join(root, ".conductor/.gitignore"), "mine\n");
    await open();
    expect(await readFile(join(root, ".conductor/.gitignore"), "utf8")).toBe("mine\n");
  });

  it("does not make a journal for somebody who only wants to look", async () => {
    await expect(open({ create: false })).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await expect(stat(join(root, ".conductor"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("refuses a directory that is a link to elsewhere", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
    await symlink(elsewhere, join(root, ".conductor"));
    await expect(open()).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
    await expect(stat(join(elsewhere, "conductor.db"))).rejects.toMatchObject({ code: "ENOENT" });
    await rm(elsewhere, { recursive: true });
  });

  it("says so when the repository is not there or a file stands in the way", async () => {
    await expect(openJournal(join(root, "gone"), { now })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await writeFile(join(root, ".conductor"), "");
    await expect(open()).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
    await expect(open({ readonly: true })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
  });

  it("leaves a file alone that is no journal", async () => {
    await (await open()).close();
    await rm(join(root, ".conductor/conductor.db-wal"), { force: true });
    await writeFile(join(root, ".conductor/conductor.db"), "this is not a database, but somebody may still want it");
    await expect(open()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    expect(await readFile(join(root, ".conductor/conductor.db"), "utf8")).toMatch(/^this is not a database/);
  });

  it("reads without the right to write", async () => {
    await (await open()).append([START]);
    const reader = await open({ readonly: true });
    expect((await reader.state()).seq).toBe(1);
    await expect(reader.append(landedStory("TASK-001"))).rejects.toMatchObject({ code: "READ_ONLY" });
  });
});

describe("appending and reading", () => {
  it("numbers events without gaps, chains them, and gives back what was written", async () => {
    const journal = await open();
    const written = [
      ...(await journal.append([START, ...landedStory("TASK-001")])),
      ...(await journal.append(landedStory("TASK-002"))),
    ];
    expect(written.map(({ seq }) => seq)).toEqual(written.map((_, i) => i + 1));
    expect(await journal.read()).toEqual(written);
    expect(await journal.read({ since: 20 })).toEqual(written.slice(20));
    expect(await journal.read({ since: 999 })).toEqual([]);
    expect(new Set(written.map(({ hash }) => hash)).size).toBe(written.length);
    expect(await journal.verify()).toMatchObject({ kind: "sound", events: written.length });
  });

  it("shows the events of one session", async () => {
    const journal = await open();
    await journal.append([
      START,
      { type: "session.started", session: sampleSession({ id: "run-2" }) },
      ...landedStory("TASK-001"),
    ]);
    const decision = sampleDecision("Q1", { session: "run-2" });
    await journal.append([
      { type: "decision.asked", decision },
      { type: "decision.closed", decision: "Q1", state: "answered", answer: "x", by: "ada" },
    ]);
    expect((await journal.read({ session: "run-2" })).map(({ type }) => type)).toEqual([
      "session.started",
      "decision.asked",
      "decision.closed",
    ]);
  });

  it("is read on piece by piece", async () => {
    const journal = await open();
    const written = await journal.append([START, ...landedStory("TASK-001")]);
    const pieces: (typeof written)[number][] = [];
    for (let seq = 0; seq < written.length; seq = pieces.at(-1)!.seq) {
      const piece = await journal.read({ since: seq, limit: 2 });
      expect(piece.length).toBeLessThanOrEqual(2);
      pieces.push(...piece);
    }
    expect(pieces).toEqual(await journal.read());
  });

  it("fills the named tables in the same transaction", async () => {
    const journal = await open();
    await journal.append([
      {
        type: "plan.saved",
        plan: "billing",
        sourceFile: "prd.md",
        file: "billing.yaml",
        status: "imported",
        metadata: { tasks: 3 },
      },
      START,
      ...landedStory("TASK-001"),
    ]);
    expect(await rows("select source_file, status, metadata from plans")).toEqual([
      { source_file: "prd.md", status: "imported", metadata: '{"tasks":3}' },
    ]);
    expect(await rows("select agent, status, ended_at from orchestration_sessions")).toEqual([
      { agent: "claude", status: "active", ended_at: null },
    ]);
    expect(await rows("select session, task, type, content from agent_interactions order by seq")).toEqual([
      { session: "run-1", task: "TASK-001", type: "assignment", content: "Do it." },
      { session: "run-1", task: "TASK-001", type: "completion", content: "all tests pass" },
    ]);
    expect(await rows("select stage, reds, usd, landed_commit from attempts")).toEqual([
      { stage: "landed", reds: 1, usd: 1.02, landed_commit: "TASK-001-commit" },
    ]);
  });

  it("takes any text, also NUL, emoji and half a surrogate pair", async () => {
    const journal = await open();
    await journal.append([START, landedStory("TASK-001")[0]!]);
    const content = "a\u0000b 🦊 \ud800 \u202e";
    await journal.append([{ type: "interaction", attempt: "run-1/TASK-001/1", kind: "note", content }]);
    expect((await journal.read()).at(-1)).toMatchObject({ content });
    expect(await journal.verify()).toMatchObject({ kind: "sound" });
  });

  it("writes nothing of a batch when one fact cannot follow", async () => {
    const journal = await open();
    await journal.append([START]);
    const bad: Fact = { type: "task.closed", attempt: "nobody", task: "TASK-001" };
    await expect(journal.append([landedStory("TASK-001")[0]!, bad])).rejects.toThrow("there is no attempt nobody");
    expect((await journal.state()).seq).toBe(1);
    expect(await journal.append([])).toEqual([]);
    expect(await journal.verify()).toMatchObject({ kind: "sound", events: 1 });
  });

  it("writes nothing when the condition throws", async () => {
    const journal = await open();
    await expect(
      journal.appendIf(() => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await journal.head()).toBe(0);
  });

  it("sees what another connection wrote, and folds to the same state", async () => {
    const [one, two] = [await open(), await open()];
    await one.append([START]);
    expect((await one.state()).seq).toBe(1);
    await two.append(landedStory("TASK-001"));
    expect(await one.changedSince(1)).toBe(true);
    expect(stateHash(await one.state())).toBe(stateHash(await two.state()));
    expect(await one.changedSince(21)).toBe(false);
  });

  it("never gives an id twice to connections that ask at once", async () => {
    const journals = await Promise.all([open(), open(), open()]);
    await journals[0]!.append([START]);
    const ask = (journal: Journal) =>
      journal.appendIf((state) => [
        { type: "decision.asked", decision: sampleDecision(nextDecisionId(state, "question")) },
      ]);
    await Promise.all(Array.from({ length: 30 }, (_, i) => ask(journals[i % 3]!)));
    const state = await journals[0]!.state();
    expect([...state.decisions.keys()]).toEqual(Array.from({ length: 30 }, (_, i) => `Q${i + 1}`));
    expect(await journals[1]!.verify()).toMatchObject({ kind: "sound", events: 31 });
  });
});

describe("a journal that was changed behind our back", () => {
  const filled = async (): Promise<void> => {
    const journal = await open();
    await journal.append([START, ...landedStory("TASK-001")]);
    await journal.close();
  };

  it("cannot be changed by an ordinary statement", async () => {
    await filled();
    const database = await openDatabase(join(root, ".conductor/conductor.db"), { migrations: [journalMigration] });
    await expect(database.write((tx) => tx.run("update journal set body = '{}' where seq = 3"))).rejects.toThrow(
      "append-only",
    );
    await expect(database.write((tx) => tx.run("delete from journal where seq = 3"))).rejects.toThrow("append-only");
    await database.close();
  });

  it.each([
    ["one byte of an event", "update journal set body = replace(body, 'Do it.', 'Do it!') where seq = 4", "chain", 4],
    ["the time of an event", "update journal set at = '2020-01-01T00:00:00.000Z' where seq = 7", "chain", 7],
    ["an event left out", "delete from journal where seq = 9", "chain", 9],
    ["the first event left out", "delete from journal where seq = 1", "chain", 1],
    ["the newest events left out", "delete from journal where seq > 18", "head", 19],
    [
      "an event put at the end",
      "insert into journal select 22, at, type, version, body, hash from journal where seq = 21",
      "chain",
      22,
    ],
    ["a version from the future", "update journal set version = 9 where seq = 5", "chain", 5],
  ] as const)("names %s", async (_, sql, problem, seq) => {
    await filled();
    await tamper(sql);
    const journal = await open();
    expect(await journal.verify()).toMatchObject({ kind: "broken", problem, seq, readable: seq - 1 });
    await expect(journal.state()).rejects.toMatchObject({ code: "STORE_CORRUPT", details: { seq } });
    await expect(journal.append([])).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });

  it.each([
    ["a row that was changed", "update receipts set result = 'pass' where result = 'fail'", "receipts"],
    ["a row that was lost", "delete from agent_interactions where type = 'completion'", "agent_interactions"],
    ["a row from nowhere", "insert into plans values ('x', 'a', 'b', 'draft', '{}', 'c')", "plans"],
  ])("names %s of a projection, and the events stay readable", async (_, sql, table) => {
    await filled();
    await tamper(sql);
    const journal = await open();
    expect(await journal.verify()).toMatchObject({
      kind: "broken",
      problem: "projection",
      readable: 21,
      mismatches: [{ table }],
    });
    expect((await journal.state()).seq).toBe(21);
  });

  it.each(["receipts", "agent_interactions", "decisions"])(
    "says which events can be read where the pages of the table %s are damaged",
    async (table) => {
      await filled();
      const file = join(root, ".conductor/conductor.db");
      const database = await openDatabase(file, { migrations: [journalMigration] });
      const page = await database.read((tx) =>
        tx.get<{ rootpage: number }>("select rootpage from sqlite_schema where name = ?", [table]),
      );
      await database.close();
      const bytes = await readFile(file);
      bytes.fill("A", (page!.rootpage - 1) * 4096, page!.rootpage * 4096);
      await writeFile(file, bytes);
      const journal = await open();
      expect(await journal.verify()).toMatchObject({ kind: "broken", problem: "file", readable: 21 });
      expect((await readFile(file)).equals(bytes)).toBe(true);
    },
  );

  it("says so when the file was cut in the middle, and leaves it as it is", async () => {
    await filled();
    const file = join(root, ".conductor/conductor.db");
    await truncate(file, 3 * 4096);
    const before = await readFile(file);
    const outcome = await open().then(
      (journal) => journal.verify(),
      (error: unknown) => error,
    );
    expect(outcome).toMatchObject(
      outcome instanceof Error ? { code: "STORE_CORRUPT" } : { kind: "broken", problem: "file" },
    );
    expect((await readFile(file)).equals(before)).toBe(true);
  });
});

describe("the driver", () => {
  it("is one, and the next one when it has let go", async () => {
    const [one, two] = [await open(), await open()];
    expect(await one.acquireDriver("run-1")).toEqual({ kind: "acquired", previous: null });
    expect(await two.acquireDriver("run-2")).toMatchObject({
      kind: "held",
      by: { pid: process.pid, session: "run-1" },
    });
    expect(await one.acquireDriver("run-3")).toEqual({ kind: "acquired", previous: null });
    expect(await two.currentDriver()).toMatchObject({ session: "run-3" });
    await two.releaseDriver();
    expect(await two.currentDriver()).not.toBeNull();
    await one.close();
    expect(await two.currentDriver()).toBeNull();
    expect(await two.acquireDriver("run-2")).toMatchObject({ kind: "acquired" });
  });

  it("is exactly one of many that want it at once", async () => {
    const journals = await Promise.all(Array.from({ length: 6 }, () => open()));
    const claims = await Promise.all(journals.map((journal) => journal.acquireDriver("run-1")));
    expect(claims.filter(({ kind }) => kind === "acquired")).toHaveLength(1);
  });

  it("is taken over from a process that is dead, or whose id belongs to another process now", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const journal = await open();
    const put = (pid: number, start: string, boot: string) =>
      tamper(`insert or replace into driver values (1, ${pid}, '${start}', ${boot}, 'somebody', 'run-1', 'then')`);
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    for (const [pid, start, bootId] of [
      [child.pid!, "1", `'${boot}'`],
      [process.pid, "1", `'${boot}'`],
      [process.pid, "1", "'another boot'"],
    ] as const) {
      await put(pid, start, bootId);
      expect(await journal.currentDriver()).toBeNull();
      expect(await journal.acquireDriver("run-2")).toMatchObject({
        kind: "acquired",
        previous: { holder: "somebody", session: "run-1" },
      });
      await journal.releaseDriver();
    }
  });
});
