import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Journal, openJournal } from "../journal/journal.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import type { Change } from "../policy/action.ts";
import { circumstancesOf } from "./circumstances.ts";
import type { Story } from "./story.ts";

let dir: string;
let journal: Journal;
const attempt = sampleAttempt("TASK-001");

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "circumstances-"));
  mkdirSync(join(dir, "journal"));
  journal = await openJournal(join(dir, "journal"), { now: () => new Date(), create: true });
  await journal.append([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt, token: "t" },
  ]);
});
afterEach(async () => {
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const actors = async () => {
  const story = {
    id: attempt.id,
    task: { id: attempt.task },
    context: { journal, session: sampleSession(), otherAgent: { id: "other" } },
  } as unknown as Story;
  return (await circumstancesOf(story, { paths: [] } as unknown as Change, [])).actors;
};

it("names the agent whose work it is, and whoever has taken it over", async () => {
  expect(await actors()).toEqual(["claude"]);
  const noticed = { type: "loop.noticed", attempt: attempt.id, rule: "same-result", evidence: "" } as const;
  await journal.append([{ ...noticed, rung: "nudge" }]);
  expect(await actors()).toEqual(["claude"]);
  await journal.append([{ ...noticed, rung: "other-agent", agent: "third" }]);
  expect(await actors()).toEqual(["claude", "third"]);
});

it("takes the other agent of the run for the one that a journal of an earlier version does not name", async () => {
  const noticed = { type: "loop.noticed", attempt: attempt.id, rule: "same-result", evidence: "" } as const;
  await journal.append([{ ...noticed, rung: "other-agent" }]);
  expect(await actors()).toEqual(["claude", "other"]);
});

it("names the agent of an earlier run, whose work may be gone on with", async () => {
  const later = sampleAttempt("TASK-001", 2, { agent: "newcomer" });
  await journal.append([{ type: "attempt.started", attempt: later, token: "u" }]);
  const story = {
    id: later.id,
    task: { id: later.task },
    context: { journal, session: sampleSession(), otherAgent: null },
  } as unknown as Story;
  const { actors: named } = await circumstancesOf(story, { paths: [] } as unknown as Change, []);
  expect(named).toEqual(["claude", "newcomer"]);
});
