import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Journal, openJournal } from "../../journal/journal.ts";
import type { Fact } from "../../model/event.ts";
import { landedStory, sampleAttempt, sampleSession } from "../../model/sample-facts.ts";
import { stateHash } from "../../model/state.ts";
import { followJournal } from "./follow-journal.ts";

const now = () => new Date("2026-11-20T21:43:00Z");
const never = new AbortController().signal;
let root: string;
let journal: Journal;
let writer: Journal;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "follow-"));
  writer = await openJournal(root, { now });
  journal = await openJournal(root, { now });
});
afterEach(async () => {
  await journal.close();
  await writer.close();
  await rm(root, { recursive: true, force: true });
});

const START: readonly Fact[] = [
  { type: "session.started", session: sampleSession() },
  { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" },
];
const blocked = (n: number): readonly Fact[] =>
  Array.from({ length: n }, (_, at) => ({
    type: "attempt.stage",
    attempt: "run-1/TASK-001/1",
    stage: at % 2 === 0 ? "gating" : "running",
    reason: null,
  }));

describe("following the journal for a screen", () => {
  it("comes to the same state as the journal, whatever was written meanwhile", async () => {
    const follower = followJournal(journal);
    await writer.append(START);
    expect(await follower.catchUp(never)).toBe(true);
    expect(await follower.catchUp(never)).toBe(false);
    await writer.append(landedStory("TASK-002"));
    await follower.catchUp(never);
    expect(stateHash(follower.state())).toBe(stateHash(await writer.state()));
    expect(follower.rowsOf("TASK-002").map(({ text }) => text.split(" ")[0])).toContain("landed");
  });

  it("lets others come to their turn while thousands of events are read", async () => {
    await writer.append([...START, ...blocked(3_000)]);
    const follower = followJournal(journal);
    let turns = 0;
    const over = { read: false };
    const turn = (): void => {
      turns += 1;
      if (!over.read) setImmediate(turn);
    };
    setImmediate(turn);
    await follower.catchUp(never);
    over.read = true;
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(follower.state().seq).toBe(3_002);
    expect(follower.rowsOf("TASK-001").length).toBe(500);
  });

  it("stops in between when it is told to", async () => {
    await writer.append([...START, ...blocked(1_000)]);
    const ending = new AbortController();
    const follower = followJournal(journal);
    setImmediate(() => ending.abort());
    await follower.catchUp(ending.signal);
    expect(follower.state().seq).toBeLessThan(1_002);
    await follower.catchUp(never);
    expect(follower.state().seq).toBe(1_002);
  });
});
