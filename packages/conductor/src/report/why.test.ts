import { describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import {
  eventsOf,
  landedStory,
  sampleAttempt,
  sampleDecision,
  sampleReceipt,
  sampleSession,
} from "../model/sample-facts.ts";
import { foldEvents } from "../model/state.ts";
import type { TaskFacts } from "./facts.ts";
import { whyOf } from "./why.ts";
import { whyText } from "./why-text.ts";

const NOW = "2026-11-20T23:43:00.000Z";
const task = (id: string, more: Partial<TaskFacts> = {}): TaskFacts => ({
  id,
  title: `Title of ${id}`,
  status: "todo",
  status_reason: null,
  key: null,
  children: [],
  depends_on: [],
  metadata: {},
  ...more,
});
const attempt = "run-1/TASK-001/1";
const begun: readonly Fact[] = [
  { type: "session.started", session: sampleSession() },
  { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" },
  { type: "interaction", attempt, kind: "assignment", content: "Do it." },
  { type: "attempt.stage", attempt, stage: "running", reason: null },
];
const red = (id: string): readonly Fact[] => [
  { type: "attempt.stage", attempt, stage: "gating", reason: null },
  {
    type: "gate.judged",
    attempt,
    session: "run-1",
    receipt: sampleReceipt(id, {
      result: "fail",
      reason: "2 of 31 tests failed",
      failures: ["rounds", "sums"],
      phase: "pre",
    }),
  },
  { type: "attempt.stage", attempt, stage: "rework", reason: "test: 2 of 31 tests failed" },
];
const why = (facts: readonly Fact[], tasks: readonly TaskFacts[], driven = false) =>
  whyOf(foldEvents(eventsOf(facts)), "TASK-001", { now: NOW, tasks, driven })!;
const text = (facts: readonly Fact[], tasks: readonly TaskFacts[], driven = false): string =>
  whyText(why(facts, tasks, driven), NOW, { width: 80, zone: "UTC" }).join("\n");

describe("why a task is not landed", () => {
  it("names the failures that are the same, the loops and what waits behind it", () => {
    const facts: readonly Fact[] = [
      ...begun,
      {
        type: "loop.noticed",
        attempt,
        rule: "same-error",
        rung: "fresh",
        evidence: "edit a.ts failed 3 times with the same error and nothing changed in between.",
        skipped: ["nudge: this agent cannot be spoken to while it works"],
      },
      ...red("r1"),
      ...red("r2"),
      { type: "attempt.ended", attempt, stage: "failed", reason: "test: 2 of 31 tests failed" },
    ];
    const tasks = [task("TASK-001", { status: "blocked" }), task("TASK-002", { depends_on: ["TASK-001"] })];
    expect(why(facts, tasks)).toMatchObject({
      state: "failed",
      failures: [{ gates: ["test: 2 of 31 tests failed"], tests: ["rounds", "sums"], times: 2 }],
      behind: ["TASK-002"],
      next: ["conductor log TASK-001", 'conductor unblock TASK-001 --note "what has changed"', "conductor resume"],
    });
    expect(text(facts, tasks)).toMatchInlineSnapshot(`
      "TASK-001  Title of TASK-001: failed, 1 try

        reason      test: 2 of 31 tests failed
        loops       same-error, 1h 56m ago, it began anew with a fresh context: edit
                    a.ts failed 3 times with the same error and nothing changed in
                    between. (not tried: nudge: this agent cannot be spoken to while
                    it works)
        gates said  2 times the same: test: 2 of 31 tests failed (rounds, sums)
        behind it   TASK-002"
    `);
  });

  it("names the card that it waits for, and a blocker with what a person does about it", () => {
    const asked: readonly Fact[] = [
      ...begun,
      { type: "decision.asked", decision: sampleDecision("Q1") },
      { type: "attempt.ended", attempt, stage: "interrupted", reason: "waits for Q1" },
    ];
    expect(why(asked, [task("TASK-001", { status: "blocked" })])).toMatchObject({
      state: "waiting",
      reason: null,
      cards: [{ id: "Q1" }],
      next: ["conductor inbox Q1", "conductor answer Q1 1"],
    });
    const blocked: readonly Fact[] = [
      ...begun,
      { type: "attempt.ended", attempt, stage: "blocked", reason: "no API key", blocker: "needs-access" },
    ];
    expect(text(blocked, [task("TASK-001", { status: "blocked" })])).toMatchInlineSnapshot(`
      "TASK-001  Title of TASK-001: blocked, 1 try

        reason      no API key
        blocker     needs-access: a credential, a permission or an account is missing.
                    You: give access"
    `);
  });

  it("tells what has become of the card it was put down for, and offers no unblock where people have spoken", () => {
    const parked = (state: "answered" | "expired", tasks = [task("TASK-001", { status: "blocked" })]) =>
      why(
        [
          ...begun,
          { type: "decision.asked", decision: sampleDecision("Q1", { kind: "question" }) },
          { type: "attempt.ended", attempt, stage: "interrupted", reason: "waits for Q1" },
          { type: "decision.closed", decision: "Q1", state, answer: state === "answered" ? "two" : null, by: "ada" },
        ],
        tasks,
      );
    const log = "conductor log TASK-001";
    expect(parked("answered")).toMatchObject({
      state: "to-go",
      reason: "Q1 is answered",
      next: [log, "conductor resume"],
    });
    expect(parked("expired")).toMatchObject({
      state: "to-go",
      reason: "Q1 was not answered in time, so it stays parked",
      next: [log, 'conductor unblock TASK-001 --note "what has changed"', "conductor resume"],
    });
    expect(parked("expired", [task("TASK-001")])).toMatchObject({ reason: null, next: [log, "conductor resume"] });
  });

  it("does not call a task put aside that its person has let go on", () => {
    const aside: readonly Fact[] = [
      ...begun,
      { type: "task.paused", task: "TASK-001", reason: "api first", by: "ada" },
      { type: "attempt.ended", attempt, stage: "interrupted", reason: "put aside by ada: api first" },
    ];
    expect(why(aside, [task("TASK-001", { status: "paused" })])).toMatchObject({
      state: "paused",
      reason: "put aside by ada: api first",
    });
    const continued: readonly Fact[] = [...aside, { type: "task.continued", task: "TASK-001", by: "ada" }];
    expect(why(continued, [task("TASK-001")])).toMatchObject({ state: "to-go", reason: null });
  });

  it("says what it waits behind where no agent has had it, and where it is while one has", () => {
    const tasks = [task("TASK-001", { depends_on: ["TASK-009"] }), task("TASK-009")];
    expect(why([{ type: "session.started", session: sampleSession() }], tasks)).toMatchObject({
      state: "to-go",
      after: [{ id: "TASK-009" }],
      next: ["conductor why TASK-009", "conductor resume"],
    });
    expect(text(begun, [task("TASK-001")], true)).toMatchInlineSnapshot(
      `"TASK-001  Title of TASK-001: running for 1h 57m, by claude, 1 try"`,
    );
  });

  it("says what to type in every state, and what begins the work again where nobody drives", () => {
    const log = "conductor log TASK-001";
    const unblock = 'conductor unblock TASK-001 --note "what has changed"';
    const ended: Fact = { type: "session.ended", session: "run-1", status: "completed", reason: null, metrics: {} };
    const run = "conductor run --auto --agent claude --budget 60 --require-tests";
    const failed: readonly Fact[] = [...begun, { type: "attempt.ended", attempt, stage: "failed", reason: "no" }];
    const blocked = [task("TASK-001", { status: "blocked" })];
    expect(why(failed, blocked, true).next).toEqual([log, unblock]);
    expect(why([...failed, ended], blocked).next).toEqual([log, unblock, run]);
    // The last run was for other tasks.
    const others = sampleSession({ options: { ...sampleSession().options, tasks: "TASK-009" } });
    expect(why([{ type: "session.started", session: others }, ended], [task("TASK-001")]).next).toEqual([
      run.replace(" --require-tests", " --tasks TASK-001 --require-tests"),
    ]);
    const aside: readonly Fact[] = [
      { type: "session.started", session: sampleSession() },
      { type: "task.paused", task: "TASK-001", reason: null, by: "ada" },
    ];
    expect(why([...aside, ended], [task("TASK-001", { status: "paused" })]).next).toEqual([
      "conductor continue TASK-001",
      run,
    ]);
    const limited: readonly Fact[] = [
      ...begun,
      { type: "attempt.stage", attempt, stage: "paused-limit", reason: "until 03:20" },
    ];
    expect(why(limited, [task("TASK-001")], true).next).toEqual([log, "conductor continue --account"]);
    expect(why(limited, [task("TASK-001")]).next).toEqual([log, "conductor resume"]);
    const held: Fact = {
      type: "session.held",
      session: "run-1",
      reason: null,
      tasks: { "TASK-001": "it needs gpu" },
    };
    const holding: readonly Fact[] = [{ type: "session.started", session: sampleSession() }, held];
    const unset = ["taskwerk show TASK-001", "taskwerk update TASK-001 --unset capability"];
    expect(why(holding, [task("TASK-001")], true).next).toEqual(unset);
    expect(why(holding, [task("TASK-001")]).next).toEqual([...unset, "conductor resume"]);
    expect(text(holding, [task("TASK-001")])).toMatchInlineSnapshot(`
      "TASK-001  Title of TASK-001: to go

        held        it needs gpu. You: name another agent (--agent), or say that this
                    one can (orchestration.agents.<agent>.capabilities)"
    `);
    expect(why([], [task("TASK-001")]).next).toEqual(["conductor run --auto --budget 5"]);
    expect(why(begun, [task("TASK-001", { status: "cancelled" })]).next).toContain("taskwerk reopen TASK-001");
    // What stands behind a task that is stuck is not reached by a run.
    const behind = [
      task("TASK-001", { depends_on: ["TASK-002"] }),
      task("TASK-002", { status: "blocked", status_reason: "no key" }),
    ];
    expect(why([{ type: "session.started", session: sampleSession() }], behind).next).toEqual([
      "conductor why TASK-002",
    ]);
  });

  it("forgets loops and failures once a person has said something, and keeps the hint", () => {
    const facts: readonly Fact[] = [
      ...begun,
      { type: "loop.noticed", attempt, rule: "talk", rung: "nudge", evidence: "3 turns" },
      ...red("r1"),
      { type: "hint.given", task: "TASK-001", text: "look at ledger/round.ts", by: "ada" },
    ];
    expect(why(facts, [task("TASK-001")], true)).toMatchObject({
      loops: [],
      failures: [],
      hints: [{ text: "look at ledger/round.ts", by: "ada" }],
    });
  });

  it("has nothing to explain where it has landed", () => {
    const facts: readonly Fact[] = [{ type: "session.started", session: sampleSession() }, ...landedStory("TASK-001")];
    expect(why(facts, [task("TASK-001", { status: "done" })])).toMatchObject({
      state: "landed",
      loops: [],
      failures: [],
      next: ["conductor log TASK-001", "conductor undo TASK-001 --dry-run"],
    });
    expect(text(facts, [task("TASK-001", { status: "done" })])).toMatchInlineSnapshot(
      `"TASK-001  Title of TASK-001: landed as TASK-00, 22:01, 1 try"`,
    );
  });
});
