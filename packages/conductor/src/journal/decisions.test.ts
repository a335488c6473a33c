import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { isWerkError, type WerkError } from "@taskwerk/contract/errors";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Decision } from "../model/decision.ts";
import { sampleDecision, sampleSession } from "../model/sample-facts.ts";
import type { DecisionDraft } from "./ask-decision.ts";
import { answerOf } from "./close-decision.ts";
import { expireDecisions, openDecision, settleDecision } from "./decisions.ts";
import { type Journal, openJournal } from "./journal.ts";

const NOW = new Date("2026-11-20T21:43:00Z");
let root: string;
let journal: Journal;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "decisions-"));
  journal = await openJournal(root, { now: () => NOW });
  await journal.append([{ type: "session.started", session: sampleSession() }]);
});
afterEach(async () => {
  await journal.close();
  await rm(root, { recursive: true, force: true });
});

const draft = (kind: Decision["kind"], over: Partial<DecisionDraft> = {}): DecisionDraft => {
  const { id, askedAt, state, answer, answeredBy, answeredAt, ...rest } = sampleDecision(
    kind === "question" ? "Q" : "A",
  );
  return { ...rest, ...over };
};

const refusalOf = async (promise: Promise<unknown>): Promise<WerkError> => {
  const error = await promise.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (!isWerkError(error)) throw error;
  return error;
};

describe("a decision", () => {
  it("keeps its id when the same thing is asked again", async () => {
    expect((await openDecision(journal, draft("question"), NOW)).id).toBe("Q1");
    expect((await openDecision(journal, draft("question"), NOW)).id).toBe("Q1");
    expect((await openDecision(journal, draft("question", { text: "Which port?" }), NOW)).id).toBe("Q2");
    expect((await openDecision(journal, draft("approval"), NOW)).id).toBe("A1");
    expect(await journal.head()).toBe(4);
  });

  it("is void when what it was about changed, and names the one in its place", async () => {
    await openDecision(journal, draft("approval"), NOW);
    const next = await openDecision(journal, draft("approval", { tree: "b".repeat(40) }), NOW);
    expect(next).toMatchObject({ id: "A2", state: "open" });
    const error = await refusalOf(settleDecision(journal, "A1", { kind: "approve", note: null }, "ada"));
    expect(error).toMatchObject({ code: "REV_MISMATCH", details: { replacement: "A2" } });
    expect(error.message).toBe("TASK-001 changed since you saw A1. It is A2 now.");
  });

  it("is void when a later session asks the same question about the same task, not where others wait for it too", async () => {
    await openDecision(journal, draft("question"), NOW);
    await openDecision(journal, draft("question", { task: "TASK-002", text: "Which port?" }), NOW);
    await openDecision(journal, draft("question", { text: "Which port?" }), NOW);
    await journal.append([{ type: "session.started", session: { ...sampleSession(), id: "run-2" } }]);
    for (const text of [draft("question").text, "Which port?"])
      await openDecision(journal, draft("question", { session: "run-2", text }), NOW);
    const states = [...(await journal.state()).decisions.values()].map(({ id, state }) => `${id} ${state}`);
    expect(states).toEqual(["Q1 void", "Q2 open", "Q3 open", "Q4 open"]);
  });

  it("is one card for all tasks of a run that ask the same, however they type it", async () => {
    const ask = (task: string, over: Partial<DecisionDraft> = {}) =>
      openDecision(journal, draft("question", { task, attempt: `run-1/${task}/1`, ...over }), NOW);
    await ask("TASK-001");
    await ask("TASK-002", { text: "  round per LINE or on the total " });
    const card = await ask("TASK-003", { options: ["per line, half even", "truncate"], reversible: false });
    expect(card.id).toBe("Q1");
    expect(card.askers.map(({ task }) => task)).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    // The numbers of the options that are on the card stay; and what one of them cannot change later, none can.
    expect(card).toMatchObject({
      options: ["per line, half even", "on the total, half up", "truncate"],
      reversible: false,
    });
    const joined = (await journal.read()).filter(({ type }) => type === "decision.joined");
    expect(joined).toHaveLength(2);
    await ask("TASK-002");
    expect((await journal.read()).length).toBe(4);
    expect((await settleDecision(journal, "Q1", { kind: "answer", text: "3" }, "ada")).answer).toBe("truncate");
  });

  it("is kept under a number of its own once a question has an answer, approvals are not", async () => {
    await openDecision(journal, draft("question"), NOW);
    await openDecision(journal, draft("question", { text: "Which port?" }), NOW);
    await openDecision(journal, draft("approval"), NOW);
    expect((await settleDecision(journal, "A1", { kind: "approve", note: null }, "ada")).kept).toBeNull();
    expect((await settleDecision(journal, "Q2", { kind: "answer", text: "port 80" }, "ada")).kept).toBe("D1");
    expect((await settleDecision(journal, "Q1", { kind: "answer", text: "1" }, "ada")).kept).toBe("D2");
  });

  it("takes the number of an option as its words, and any id in lower case", async () => {
    await openDecision(journal, draft("question"), NOW);
    expect(await settleDecision(journal, "q1", { kind: "answer", text: "1" }, "ada")).toMatchObject({
      state: "answered",
      answer: "per line, half even",
      answeredBy: "ada",
      answeredAt: NOW.toISOString(),
    });
  });

  it("tells the second one who was first and what was said", async () => {
    await openDecision(journal, draft("question"), NOW);
    await settleDecision(journal, "Q1", { kind: "answer", text: "2" }, "ada");
    const error = await refusalOf(settleDecision(journal, "Q1", { kind: "answer", text: "1" }, "bob"));
    expect(error.code).toBe("DECISION_CLOSED");
    expect(error.message).toBe("Q1 was answered by ada at 2026-11-20T21:43:00.000Z: on the total, half up.");
  });

  it("refuses words that do not fit it, and ids that nobody gave", async () => {
    await openDecision(journal, draft("question"), NOW);
    await openDecision(journal, draft("approval"), NOW);
    const said = async (...words: [string, Parameters<typeof settleDecision>[2]]) =>
      (await refusalOf(settleDecision(journal, ...words, "ada"))).code;
    expect(await said("Q1", { kind: "approve", note: null })).toBe("VALIDATION_FAILED");
    expect(await said("A1", { kind: "answer", text: "yes" })).toBe("VALIDATION_FAILED");
    expect(await said("A1", { kind: "reject", note: "  " })).toBe("VALIDATION_FAILED");
    expect(await said("Q1", { kind: "answer", text: "\n" })).toBe("VALIDATION_FAILED");
    expect(await said("Q1", { kind: "answer", text: "3" })).toBe("VALIDATION_FAILED");
    // Typed as it was printed, with nothing of their own in it.
    expect(await said("Q1", { kind: "answer", text: "..." })).toBe("VALIDATION_FAILED");
    expect(await said("A1", { kind: "reject", note: "why" })).toBe("VALIDATION_FAILED");
    expect(await refusalOf(settleDecision(journal, "Q9", { kind: "answer", text: "x" }, "ada"))).toMatchObject({
      code: "DECISION_NOT_FOUND",
      candidates: ["Q1", "A1"],
    });
    expect((await journal.state()).decisions.get("Q1")?.state).toBe("open");
  });

  it("says when somebody is late what has followed, and how to say otherwise", async () => {
    const deadline = "2026-11-21T06:00:00Z";
    await openDecision(journal, draft("question", { deadline, onExpiry: "safe-default" }), NOW);
    await openDecision(journal, draft("approval", { deadline, onExpiry: "deny" }), NOW);
    await expireDecisions(journal, new Date(deadline));
    const late = (id: string, word: Parameters<typeof settleDecision>[2]) =>
      settleDecision(journal, id, word, "ada").catch((error: unknown) => error);
    expect(await late("Q1", { kind: "answer", text: "1" })).toMatchObject({
      code: "DECISION_CLOSED",
      message: expect.stringMatching(/not answered in time, so its default was taken\.$/),
      hint: 'Say otherwise:  conductor answer D1 "..."',
    });
    expect(await late("A1", { kind: "approve", note: null })).toMatchObject({
      code: "DECISION_CLOSED",
      message: expect.stringMatching(/not answered in time, which counts as no\.$/),
    });
  });

  it("expires at its deadline and not before, and then takes no answer", async () => {
    await openDecision(journal, draft("question", { deadline: "2026-11-21T06:00:00Z" }), NOW);
    await openDecision(journal, draft("approval"), NOW);
    expect(await expireDecisions(journal, new Date("2026-11-21T05:59:59Z"))).toEqual([]);
    const expired = await expireDecisions(journal, new Date("2026-11-21T06:00:00Z"));
    expect(expired).toMatchObject([{ id: "Q1", state: "expired" }]);
    const error = await refusalOf(settleDecision(journal, "Q1", { kind: "answer", text: "1" }, "ada"));
    expect(error).toMatchObject({ code: "DECISION_CLOSED", details: { state: "expired" } });
  });

  it("is closed by one of three connections that want to at once", async () => {
    await openDecision(journal, draft("approval"), NOW);
    const others = await Promise.all([1, 2, 3].map(() => openJournal(root, { now: () => NOW })));
    const outcomes = await Promise.allSettled(
      others.map((one, i) => settleDecision(one, "A1", { kind: "approve", note: null }, `asker ${i}`)),
    );
    const first = outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value.answeredBy);
    expect(first).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ code: "DECISION_CLOSED", details: { by: first[0] } });
    }
    expect((await journal.state()).decisions.get("A1")?.answeredBy).toBe(first[0]);
    await Promise.all(others.map((one) => one.close()));
  });

  it("is closed by one of several processes that want to at once", async () => {
    await openDecision(journal, draft("approval"), NOW);
    const program = join(root, "closer.cjs");
    buildSync({
      stdin: {
        contents: `import { openJournal } from "./journal.ts"; import { settleDecision } from "./decisions.ts";
          const [root, name] = process.argv.slice(2);
          openJournal(root, { now: () => new Date() }).then(async (journal) => {
            const word = { kind: "approve", note: null };
            const outcome = settleDecision(journal, "A1", word, name).then(() => "first", (error) => error.code);
            process.stdout.write(await outcome);
            await journal.close();
          });`,
        resolveDir: import.meta.dirname,
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile: program,
      external: ["better-sqlite3"],
      logLevel: "silent",
    });
    const packages = join(dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json")), "..");
    const run = (name: string) =>
      promisify(execFile)(process.execPath, [program, root, name], { env: { NODE_PATH: packages } });
    const said = await Promise.all(["a", "b", "c"].map(async (name) => (await run(name)).stdout));
    expect(said.sort()).toEqual(["DECISION_CLOSED", "DECISION_CLOSED", "first"]);
  });
});

describe("an answer", () => {
  it.each([
    [["80", "443"], "443", "443"],
    [["80", "443"], "1", "80"],
    [["a", "b"], "per line, but …", "per line, but …"],
    [[], "2", "2"],
    [["...", "b"], "...", "..."],
  ])("to %j is, for %j, %j", (options, given, answer) => {
    expect(answerOf({ id: "Q1", options, kept: null }, given)).toBe(answer);
  });
});
