import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Journal, openJournal } from "../journal/journal.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { makePurse, type Purse } from "./purse.ts";
import type { Story } from "./story.ts";
import { waitForShare } from "./wait-for-share.ts";

const NONE = { usd: null, tokens: null };
const ATTEMPT = sampleAttempt("TASK-002");
const used = (usd: number) => ({ inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, usd });

let root: string;
let journal: Journal;
let purse: Purse;
let story: Story;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "share-"));
  journal = await openJournal(root, { now: () => new Date("2026-11-20T21:43:00Z") });
  const session = sampleSession();
  await journal.append([
    { type: "session.started", session },
    { type: "attempt.started", attempt: ATTEMPT, token: "t" },
  ]);
  purse = makePurse({
    session: session.id,
    limits: { task: NONE, plan: NONE, session: { usd: 1, tokens: null }, day: NONE },
    places: 2,
    priced: true,
    warnAt: 0.8,
    spent: [],
    reached: [],
    now: () => new Date("2026-11-20T21:43:00Z"),
    onReached: () => undefined,
  });
  story = {
    context: { journal, purse, session },
    id: ATTEMPT.id,
    signal: AbortSignal.timeout(20_000),
  } as unknown as Story;
});
afterEach(async () => {
  await journal.close();
  await rm(root, { recursive: true, force: true });
});

const raise = (budgetUsd: number): Promise<unknown> =>
  journal.append([{ type: "session.limits", session: "run-1", budgetUsd, budgetTokens: null, until: null, by: "ada" }]);
const ask = () => waitForShare(story, "preparing", () => purse.reserve(ATTEMPT.id));

it("a budget that was raised counts before anybody is refused, whether the run has looked since or not", async () => {
  await raise(1);
  purse.reserve("other");
  purse.settle("other", used(0.99));
  expect(await ask()).toMatchObject({ kind: "refused" });
  await raise(3);
  expect(await ask()).toMatchObject({ kind: "share", usd: expect.closeTo(1.5) });
});

it("who waits for what others hold goes on when there is more, and it is written down", async () => {
  await raise(1);
  purse.reserve("one");
  purse.reserve("two");
  const waiting = ask();
  const stage = async () => (await journal.state()).attempts.get(ATTEMPT.id)?.stage;
  await expect.poll(stage).toBe("paused-budget");
  await raise(2);
  expect(await waiting).toMatchObject({ kind: "share" });
  expect(await stage()).toBe("preparing");
});
