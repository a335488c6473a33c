import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settleDecision } from "../journal/decisions.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { askApproval } from "./ask-approval.ts";
import { carryQuestion } from "./carry-question.ts";
import { makePool, type Slots } from "./slots.ts";

const now = () => new Date("2026-11-20T21:43:00Z");
const NEEDS = { agent: [], task: [] };
const session = sampleSession();
const begun = sampleAttempt("TASK-001", 1, { session: session.id });
const { id: attempt } = begun;
const task = { id: "TASK-001", metadata: {} };
const settings = { holdMs: 600_000, decisionMs: 600_000, onExpiry: { approval: "park", question: "park" } };

/** What of the claim was asked for, in order. */
let claim: string[];
const keeper = {
  suspend: async () => void claim.push("suspend"),
  regain: async () => claim.push("regain") > 0,
};

describe("a task whose answer is there while others have every place", () => {
  let root: string;
  let journal: Journal;
  let ended: AbortController;
  /** Resolves when it asks for its place again; that the place is another's by then is seen to before. */
  let waits: Promise<void>;
  let slots: Slots;
  let takeTheOnlyPlace: () => Promise<void>;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "after-an-answer-"));
    journal = await openJournal(root, { now });
    await journal.append([
      { type: "session.started", session },
      { type: "attempt.started", token: "t", attempt: begun },
    ]);
    claim = [];
    ended = new AbortController();
    const pool = makePool(1, new Map());
    const mine = pool.tryTake(NEEDS)!;
    takeTheOnlyPlace = () => expect.poll(() => pool.tryTake(NEEDS)).not.toBeNull();
    let asksAgain = (): void => undefined;
    waits = new Promise((resolve) => {
      asksAgain = resolve;
    });
    slots = {
      ...mine,
      take(signal) {
        const taken = mine.take(signal);
        asksAgain();
        return taken;
      },
    };
  });
  afterEach(async () => {
    await journal.close();
    await rm(root, { recursive: true, force: true });
  });

  const contextOf = () => ({
    journal,
    session,
    settings,
    slots,
    now,
    park: new AbortController().signal,
    stop: new AbortController().signal,
    tasks: { show: async () => task },
    purse: { pause: () => undefined },
  });
  /** Answers the card once it is there and another has the place, and ends the task while it waits. */
  async function endWhileItWaits(card: string, answer: Parameters<typeof settleDecision>[2]): Promise<void> {
    await takeTheOnlyPlace();
    await settleDecision(journal, card, answer, "ann");
    await waits;
    ended.abort();
  }

  it("and which is ended then goes on later with the approval, without having taken its claim again", async () => {
    const story = { context: contextOf(), task, id: attempt, keeper, clone: { base: "b" }, signal: ended.signal };
    const verdict = { kind: "ask", reason: "a migration", evidence: [] };
    const step = askApproval(
      story as unknown as Parameters<typeof askApproval>[0],
      verdict as unknown as Parameters<typeof askApproval>[1],
      { commit: "c", tree: "t", ref: "r" },
      true,
    );
    await endWhileItWaits("A1", { kind: "approve", note: null });
    expect(await step).toEqual({ end: { kind: "waiting", decision: "A1" } });
    expect(claim).toEqual(["suspend"]);
  });

  it("and which is ended then goes on later with the answer, as one that had none yet", async () => {
    const asker = { attempt, task, keeper, usdLimit: null, signal: ended.signal };
    const question = { text: "Which colour?", options: [], default: null, reversible: false };
    const replies: string[] = [];
    const carried = carryQuestion(
      contextOf() as unknown as Parameters<typeof carryQuestion>[0],
      asker as unknown as Parameters<typeof carryQuestion>[1],
      { type: "ask", id: "1", question } as unknown as Parameters<typeof carryQuestion>[2],
      { usage: () => null, reply: async (_, text) => void replies.push(text), humanSpoke: () => undefined },
    );
    await endWhileItWaits("Q1", { kind: "answer", text: "blue" });
    expect(await carried).toEqual({ kind: "parked", decision: "Q1", usage: null });
    expect([claim, replies]).toEqual([["suspend"], []]);
  });
});
