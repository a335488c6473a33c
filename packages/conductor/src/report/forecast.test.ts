import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "../model/agent.ts";
import type { Fact } from "../model/event.ts";
import { eventsOf, sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { foldEvents } from "../model/state.ts";
import { type ForecastWish, forecast, historyOf, tasksAhead } from "./forecast.ts";
import { forecastNow } from "./forecast-now.ts";
import { forecastText } from "./forecast-text.ts";

const MINUTE = 60_000;
const task = (id: string, estimate: number | null = null, after: readonly string[] = [], over: Partial<Task> = {}) =>
  ({ id, estimate_minutes: estimate, depends_on: after, children: [], status: "todo", ...over }) as unknown as Task;
const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
const NO_HISTORY = { landed: 0, workMs: null, usd: null, workRange: null, usdRange: null };
const wish = (over: Partial<ForecastWish> = {}): ForecastWish => ({
  tasks: [task("1"), task("2"), task("3"), task("4")],
  history: { ...NO_HISTORY, landed: 3, workMs: 10 * MINUTE, usd: 1.5 },
  gatesMs: 2 * MINUTE,
  places: 2,
  gatesAtOnce: 1,
  budgetUsd: null,
  until: null,
  now: new Date("2026-11-20T21:43:00Z"),
  ...over,
});
const words = (over: Partial<ForecastWish>) => {
  const of = wish(over);
  return forecastText(forecast(of), {
    now: of.now.toISOString(),
    zone: "UTC",
    until: of.until,
    budgetUsd: of.budgetUsd,
  });
};

describe("what has landed before", () => {
  const usage = (usd: number | null): Usage => ({
    ...{ inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usd,
  });
  /** Attempts of one task: minutes of work, an hour of waiting for somebody, then minutes of gates. */
  const attempts = (
    id: string,
    all: readonly { readonly minutes: number; readonly usd: number | null; readonly lands: boolean }[],
  ) =>
    all.flatMap(({ minutes, usd, lands }, at): readonly (readonly [number, Fact])[] => {
      const attempt = `run-1/${id}/${at + 1}`;
      return [
        [0, { type: "attempt.started", attempt: sampleAttempt(id, at + 1), token: "t" }],
        [0, { type: "attempt.stage", attempt, stage: "running", reason: null }],
        [minutes, { type: "attempt.stage", attempt, stage: "waiting-answer", reason: "Q1" }],
        [60, { type: "attempt.stage", attempt, stage: "gating", reason: null }],
        [0, { type: "attempt.usage", attempt, usage: usage(usd) }],
        ...(lands
          ? [[3, { type: "landing.landed", attempt, ref: "r", commit: `c${id}`, tree: "t", receipts: [] }] as const]
          : []),
        [1, { type: "attempt.ended", attempt, stage: lands ? "landed" : "failed", reason: null }],
      ];
    });
  const stateOf = (...facts: readonly (readonly [number, Fact])[]) => {
    let at = Date.parse("2026-11-20T10:00:00Z");
    const all: readonly (readonly [number, Fact])[] = [
      [0, { type: "session.started", session: sampleSession() }],
      ...facts,
    ];
    return foldEvents(
      all.map(([minutes, fact], n) => {
        at += minutes * MINUTE;
        return { ...fact, seq: n + 1, at: new Date(at).toISOString(), hash: "" };
      }),
    );
  };
  it("is told by the task in the middle, all its tries together, without waiting and gates", () => {
    const state = stateOf(
      ...attempts("TASK-001", [{ minutes: 4, usd: 1, lands: true }]),
      ...attempts("TASK-002", [
        { minutes: 5, usd: 1, lands: false },
        { minutes: 5, usd: 2, lands: true },
      ]),
      ...attempts("TASK-003", [{ minutes: 60, usd: 9, lands: true }]),
      ...attempts("TASK-004", [{ minutes: 999, usd: 99, lands: false }]),
    );
    expect(historyOf(state, "claude")).toEqual({
      landed: 3,
      workMs: 10 * MINUTE,
      usd: 3,
      workRange: { least: 7 * MINUTE, most: 35 * MINUTE },
      usdRange: { least: 2, most: 6 },
    });
    expect(historyOf(state, "command")).toEqual(NO_HISTORY);
  });
  it("has no known cost where that of one is not known, never 0", () => {
    const state = stateOf(
      ...attempts("TASK-001", [{ minutes: 4, usd: 1, lands: true }]),
      ...attempts("TASK-002", [{ minutes: 6, usd: null, lands: true }]),
    );
    expect(historyOf(state, "claude")).toEqual({ ...NO_HISTORY, landed: 2, workMs: 5 * MINUTE });
  });
});

describe("tasks ahead", () => {
  it("are open ones that the run may do, groups left out, and nothing behind what it cannot do", () => {
    const all = [
      task("1", null, [], { status: "done" }),
      task("2", null, ["1"]),
      task("3", null, [], { status: "blocked" }),
      task("4", null, ["3"]),
      task("5", null, ["4"]),
      task("6", null, [], { children: ["2"] }),
      task("7", null, ["6"]),
      task("8"),
    ];
    expect(ids(tasksAhead(all, ({ id }) => id !== "8", null))).toEqual(["2", "7"]);
    expect(ids(tasksAhead(all, () => true, 1))).toEqual(["2"]);
  });
});

describe("a forecast", () => {
  it("rests on what has landed here, so many at once, with gates in between", () => {
    expect(forecast(wish())).toEqual({
      tasks: 4,
      from: "history",
      landedBefore: 3,
      agentsMs: 40 * MINUTE,
      gatesMs: 8 * MINUTE,
      totalMs: 22 * MINUTE,
      endsAt: "2026-11-20T22:05:00.000Z",
      endsEarly: null,
      endsLate: null,
      usd: 6,
      usdRange: null,
      late: false,
      dear: false,
    });
  });
  it("is never quicker than what has to be done one after the other, nor than the gates", () => {
    const chain = [task("1"), task("2", null, ["1"]), task("3", null, ["2"])];
    expect(forecast(wish({ tasks: chain, places: 8 })).totalMs).toBe(36 * MINUTE);
    expect(forecast(wish({ places: 8, gatesMs: 10 * MINUTE })).totalMs).toBe(40 * MINUTE);
    expect(forecast(wish({ places: 8, gatesMs: 10 * MINUTE, gatesAtOnce: 4 })).totalMs).toBe(20 * MINUTE);
  });
  it("takes larger tasks for larger where the plan says so", () => {
    expect(forecast(wish({ tasks: [task("1", 30), task("2", 60), task("3", 90)], places: 1 })).agentsMs).toBe(
      30 * MINUTE,
    );
    expect(forecast(wish({ tasks: [task("1", 60), task("2", 60), task("3", 120)], places: 1 })).agentsMs).toBe(
      40 * MINUTE,
    );
  });
  it("says what it rests on and what is not known", () => {
    expect(words({})).toEqual([
      "4 tasks: agents 40m, gates 8m, side by side 22m: done about 22:05, for about $6.00 (from 3 tasks landed here)",
    ]);
    expect(words({ history: { ...NO_HISTORY, landed: 1, workMs: MINUTE } })[0]).toContain(
      ", cost unknown (from 1 task landed",
    );
    expect(words({ history: NO_HISTORY })).toEqual([
      "4 tasks: time unknown, cost unknown (no history yet, and no estimates)",
    ]);
    expect(words({ history: NO_HISTORY, tasks: [task("1", 30), task("2")], places: 1 })).toEqual([
      "2 tasks: agents 1h, gates 4m, side by side 1h 2m: done about 22:45, cost unknown (no history yet: rough, by the plan's estimates)",
    ]);
    expect(words({ tasks: [] })).toEqual(["nothing is there to be done yet"]);
  });
  it("is a range where enough has landed to tell one", () => {
    const history = {
      ...{ landed: 9, workMs: 10 * MINUTE, usd: 1.5 },
      workRange: { least: 5 * MINUTE, most: 20 * MINUTE },
      usdRange: { least: 1, most: 2.25 },
    };
    expect(words({ history })).toEqual([
      "4 tasks: agents 40m, gates 8m, side by side 22m: done between 21:55 and 22:25, for $4.00-9.00 (from 9 tasks landed here)",
    ]);
    // What is likely is not enough: it may cost as much as the dearer ones.
    expect(words({ history, budgetUsd: 8 }).slice(1)).toEqual(["$8.00 may be used up before the last of it"]);
  });
  it("says where time or money will not do", () => {
    expect(words({ until: "2026-11-20T22:00:00Z", budgetUsd: 5 }).slice(1)).toEqual([
      "not all of it by 22:00",
      "$5.00 may be used up before the last of it",
    ]);
    expect(words({ until: "2026-11-20T23:00:00Z", budgetUsd: 6 })).toHaveLength(1);
  });
  it("is not held against a time that has passed", () => {
    const options = { ...sampleSession().options, until: "2026-11-20T22:00:00Z" };
    const started: Fact = { type: "session.started", session: sampleSession({ options }) };
    const state = foldEvents(eventsOf([started]));
    const at = (now: string) =>
      forecastNow(state, state.sessions.get("run-1")!, [task("1", 30)], () => true, new Date(now)).late;
    expect([at("2026-11-20T21:50:00Z"), at("2026-11-20T23:00:00Z")]).toEqual([true, false]);
  });
  it("lies between the work on so many at once and all of it one after the other, and comes to an end for any graph", () => {
    const graph = fc.array(fc.record({ estimate: fc.integer({ min: 1, max: 90 }), after: fc.array(fc.nat(11)) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(graph, fc.integer({ min: 1, max: 5 }), (nodes, places) => {
        const tasks = nodes.map(({ estimate, after }, n) => task(String(n), estimate, after.map(String)));
        const { agentsMs, totalMs } = forecast(wish({ tasks, places, history: NO_HISTORY, gatesMs: 0 }));
        expect(totalMs).toBeLessThanOrEqual(agentsMs! + 1);
        expect(totalMs).toBeGreaterThanOrEqual(agentsMs! / places - 1);
      }),
    );
  });
});
