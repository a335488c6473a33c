import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settleDecision } from "../journal/decisions.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { sampleDecision, sampleSession } from "../model/sample-facts.ts";
import { waitForAnswer } from "./ask-people.ts";
import type { RunContext } from "./context.ts";

const now = () => new Date("2026-11-20T21:43:00Z");
const LONG = 600_000;

describe("waiting for an answer", () => {
  let root: string;
  let journal: Journal;
  let park: AbortController;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "ask-"));
    journal = await openJournal(root, { now });
    park = new AbortController();
    await journal.append([
      { type: "session.started", session: sampleSession() },
      { type: "decision.asked", decision: sampleDecision("Q1") },
    ]);
  });
  afterEach(async () => {
    await journal.close();
    await rm(root, { recursive: true, force: true });
  });
  const wait = (holdMs: number) => {
    const { signal } = new AbortController();
    const context = { journal, park: park.signal, stop: signal, settings: { holdMs } };
    return waitForAnswer(context as unknown as RunContext, "Q1", signal);
  };

  it("is over when somebody has answered", async () => {
    const answer = wait(LONG);
    await settleDecision(journal, "Q1", { kind: "answer", text: "eu" }, "ann");
    expect(await answer).toMatchObject({ kind: "answered", decision: { answer: "eu" } });
  });

  it("is over when it has lasted as long as an agent is kept for it, and when it is to end; the card stays open", async () => {
    const began = performance.now();
    expect(await wait(200)).toMatchObject({ kind: "parked", decision: { state: "open" } });
    expect(performance.now() - began).toBeGreaterThanOrEqual(200);
    const answer = wait(LONG);
    park.abort();
    expect(await answer).toMatchObject({ kind: "parked", decision: { state: "open" } });
  });
});
