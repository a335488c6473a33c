import { widthOf } from "@taskwerk/terminal/width";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision } from "../model/decision.ts";
import type { Fact } from "../model/event.ts";
import { eventsOf, landedStory, sampleAttempt, sampleDecision, sampleSession } from "../model/sample-facts.ts";
import { emptyState, foldEvents, STOP_ASKED } from "../model/state.ts";
import { buildInbox } from "./inbox.ts";
import { cardMessage, inboxText } from "./inbox-text.ts";
import { prices } from "./prices.ts";
import { buildReport } from "./report.ts";
import { runFacts, runNow } from "./sample-run.ts";
import { buildStatus } from "./status.ts";
import { bar, nothingRan, statusText } from "./status-text.ts";
import { tokensOfBudget } from "./token-budget.ts";
import { whyOf } from "./why.ts";

const options = { width: 80, zone: "UTC" };
const of = (facts: readonly Fact[], over: Partial<typeof runNow> = {}) =>
  buildStatus(foldEvents(eventsOf(facts)), { ...runNow, ...over })!;
const end = (status: "paused" | "completed" | "failed", reason: string | null): Fact => ({
  type: "session.ended",
  session: "run-1",
  status,
  reason,
  metrics: {},
});

describe("the status", () => {
  it("of a run that came to its own end says so, how many did not land, and what gets them done", () => {
    const closed: Fact = { type: "decision.closed", decision: "A1", state: "rejected", answer: "no", by: "ada" };
    const facts = [...runFacts, closed, end("completed", "5 not landed")];
    const status = of(facts, { driven: false });
    expect(status.mood).toBe("finished");
    expect(statusText(status, options).slice(0, 2)).toEqual([
      "run-1  billing   finished, 5 tasks not landed            1 failed task needs you",
      expect.stringMatching(/^To go on: conductor run --auto /),
    ]);
  });

  it("says first whether it runs and whether it needs somebody", () => {
    expect(statusText(of(runFacts), options).join("\n")).toMatchInlineSnapshot(`
      "run-1  billing   running 47m                                    1 card needs you
      main@3f9c2d1 > conductor/main   nothing pushed   sandbox full

        [###.................]  1 of 6 landed
        1 landed   1 at work   1 waits for you   1 failed or blocked   1 behind it
        1 to go
        Spent    $1.02 of $60.00, about $3.06 at the end       paid by API key ...7Qf2
        Time     ends about 22:41
        Proven   1 of 3 requirements   tests 31 (+1)

      RUNNING
        TASK-002  Invoice PDF: line item table     claude  try 1  running          23m

      WAIT FOR YOU                                                     conductor inbox
        A1  TASK-003  db/migrations/0042_invoice_lines.sql (database...  20m   frees 2

      FAILED
        TASK-004  Reverse charge for EU firms                          failed, 2 tries
                  the same 2 tests are red
                  TASK-005 waits behind it
                  conductor why TASK-004     conductor unblock TASK-004

      LANDED LAST
        TASK-00  TASK-001  Credit notes                    27m ago  1 of 1 gate  $1.02"
    `);
  });

  it("of a run that a provider has paused says until when, and that nobody is charged; once that is over it does not", () => {
    const ends = runFacts.flatMap((fact): readonly Fact[] => {
      if (fact.type !== "attempt.started" || fact.attempt.task !== "TASK-002") return [];
      return [
        { type: "attempt.ended", attempt: fact.attempt.id, stage: "interrupted", reason: "the provider's limit" },
      ];
    });
    const pause: Fact & { readonly type: "account.paused" } = {
      type: "account.paused",
      session: "run-1",
      account: "API key ...7Qf2",
      until: "2026-11-20T23:11:00.000Z",
      reason: "usage limit",
    };
    const lines = statusText(of([...runFacts, ...ends, pause]), { ...options, width: 90 });
    expect(lines.slice(0, 2)).toEqual([
      "run-1  billing   PAUSED by the provider until 23:11 (in 41m)              1 card needs you",
      "Usage limit (API key ...7Qf2). No try is charged, nothing else starts on it",
    ]);
    expect(lines[2]).toBe("Over already? conductor continue --account");
    expect(of([...runFacts, ...ends, pause], { now: "2026-11-20T23:12:00Z" }).mood).not.toBe("paused");
    const { session, account } = pause;
    const lifted = of([...runFacts, ...ends, pause, { type: "account.continued", session, account, by: "ada" }]);
    expect([lifted.mood, lifted.pausedUntil]).toEqual(["waiting", null]);
  });

  it("of a run whose other agent has to wait is paused only where all that could go on is in that one's hands", () => {
    const stop: Fact = {
      type: "attempt.stage",
      attempt: "run-1/TASK-002/1",
      stage: "paused-limit",
      reason: "usage limit",
    };
    const pause: Fact & { readonly type: "account.paused" } = {
      type: "account.paused",
      session: "run-1",
      account: "API key ...9Zz9",
      agent: "other",
      until: "2026-11-20T23:11:00.000Z",
      reason: "usage limit",
    };
    const facts = [...runFacts, stop, pause];
    expect(of(facts)).toMatchObject({
      mood: "paused",
      pausedUntil: "2026-11-20T23:11:00.000Z",
      why: expect.stringContaining("API key ...9Zz9"),
    });
    const tasks = runNow.tasks!.map((one) => (one.id === "TASK-006" ? { ...one, depends_on: [] } : one));
    expect(of(facts, { tasks }).pausedUntil).toBeNull();
    const { agent: _, ...own } = pause;
    expect(of([...facts, own], { tasks })).toMatchObject({ mood: "paused", pausedUntil: pause.until });
  });

  it("has parts that add up to the whole, whatever has happened so far", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: runFacts.length }), fc.boolean(), (count, driven) => {
        const text = statusText(of(runFacts.slice(0, count), { driven }), { ...options, width: 200 });
        const [, landed, total] = /(\d+) of (\d+) landed$/m.exec(text.join("\n")) ?? [];
        const parts = text.find((line) => /^ {2}\d+ landed {3}/.test(line) || /^ {2}\d+ landed$/.test(line))!;
        const numbers = [...parts.replace(/ \d+ done before/, "").matchAll(/\b(\d+) /g)].map(([, n]) => Number(n));
        expect(numbers[0]).toBe(Number(landed));
        expect(
          numbers.reduce((sum, n) => sum + n, 0),
          parts,
        ).toBe(Number(total));
      }),
    );
  });

  it("of a run that ended with nothing left but cards and what waits behind them waits for people, and not for a resume", () => {
    const among = ["TASK-001", "TASK-003", "TASK-006"];
    const tasks = runNow.tasks!.filter(({ id }) => among.includes(id));
    const begun = runFacts.filter((fact) => !/TASK-00[24]/.test(JSON.stringify(fact)));
    const over = { driven: false, tasks, among: new Set(among) };
    const status = of([...begun, end("paused", "waits for A1")], over);
    expect(status.mood).toBe("waiting");
    expect(statusText(status, options).slice(0, 2)).toEqual([
      "run-1  billing   WAITS FOR YOU                                  1 card needs you",
      "only you can move it on, then: conductor resume",
    ]);
  });

  it("of a run that was told to stop names who did it and how, and what has it go on", () => {
    const closed: Fact = { type: "decision.closed", decision: "A1", state: "rejected", answer: "no", by: "ada" };
    const stopped = (mode: "turn" | "after-task", reason: string | null) =>
      statusText(
        of(
          [
            ...runFacts,
            closed,
            { type: "session.stop-requested", session: "run-1", mode, reason, by: "ada" },
            end("paused", reason ?? STOP_ASKED),
          ],
          { driven: false },
        ),
        options,
      ).slice(0, 2);
    expect(stopped("after-task", null)).toEqual([
      expect.stringMatching(/^run-1 {2}billing {3}STOPPED at \d\d:\d\d .* needs you$/),
      "ada asked it to stop when what ran was done. conductor resume",
    ]);
    expect(stopped("turn", "lunch")[1]).toBe("ada asked it to stop: lunch. conductor resume");
  });

  it("loses neither what it does nor whom it needs on a narrow terminal", () => {
    for (const width of [46, 50, 59]) {
      const text = statusText(of([...runFacts, ...landedStory("TASK-006")]), { ...options, width });
      expect(text.join("\n")).toMatch(/running 47m\s[\s\S]*1 card needs you\n/);
      expect(text.slice(0, 3).every((line) => widthOf(line) <= width)).toBe(true);
      expect(text.filter((line) => / {2}\d of \d gates?/.test(line)).every((line) => widthOf(line) <= width)).toBe(
        true,
      );
    }
  });

  it("says of an approval what would be allowed before it says why it is asked, and states in words", () => {
    const facts: readonly Fact[] = [
      ...runFacts,
      { type: "attempt.ended", attempt: "run-1/TASK-002/1", stage: "no-change", reason: "the agent changed nothing" },
    ];
    const text = statusText(of(facts), { ...options, width: 160 }).join("\n");
    expect(text).toContain(
      "A1  TASK-003  db/migrations/0042_invoice_lines.sql (database_migrations); Adds db/migrations/0042_invoice_lines.sql (+18 -0)",
    );
    expect(text).toMatch(/TASK-002 .* nothing was changed, 1 try$/m);
    expect(text).not.toContain("no-change");
  });

  it("puts what stands on the right of several lines in columns", () => {
    const facts: readonly Fact[] = [
      ...runFacts,
      ...landedStory("TASK-006").map((fact) =>
        fact.type === "attempt.usage" ? { ...fact, usage: { ...fact.usage, usd: 10.5 } } : fact,
      ),
      { type: "attempt.started", attempt: sampleAttempt("TASK-005", 1, { agent: "a-longer-one" }), token: "t" },
      { type: "attempt.stage", attempt: "run-1/TASK-005/1", stage: "running", reason: null },
    ];
    const lines = statusText(of(facts, { now: "2026-11-20T23:30:00Z" }), options);
    const rows = (name: string): readonly string[] => {
      const from = lines.indexOf(name) + 1;
      return lines.slice(from, lines.indexOf("", from) < 0 ? undefined : lines.indexOf("", from));
    };
    const places = (name: string, what: RegExp) => new Set(rows(name).map((text) => text.search(what)));
    expect(rows("RUNNING")).toHaveLength(2);
    expect(places("RUNNING", /(?:claude|a-longer-one) /).size).toBe(1);
    expect(rows("LANDED LAST")).toHaveLength(2);
    expect(places("LANDED LAST", /\d of \d gate/).size).toBe(1);
    for (const text of [...rows("RUNNING"), ...rows("LANDED LAST")]) expect(text).toHaveLength(80);
  });

  it("of nothing says how to begin", () => {
    expect(buildStatus(emptyState(), runNow)).toBeNull();
    expect(nothingRan(new Map(), 0)).toEqual(["Nothing has run here yet.", "", "Next   conductor run PRD.md"]);
    expect(nothingRan(new Map(), 2)).toEqual([
      "Nothing has run here yet; 2 tasks to do.",
      "",
      "Next   conductor run --auto --budget 5",
    ]);
    const planned = (status: "draft" | "imported") =>
      nothingRan(foldEvents(eventsOf([{ ...(runFacts[0] as Fact & { type: "plan.saved" }), status }])).plans, 2).at(-1);
    expect(planned("draft")).toBe("Next   conductor plan import billing");
    expect(planned("imported")).toBe("Next   conductor run --auto --budget 5");
  });

  it("of a conductor that is gone says so first, and how to go on", () => {
    const status = of(runFacts, { driven: false });
    expect(status).toMatchObject({ mood: "not-running", working: [] });
    expect(statusText(status, options).slice(0, 2)).toEqual([
      "run-1  billing   NOT RUNNING: last heard of at 22:18            1 card needs you",
      "conductor ended without a word; 1 clone with work in the middle is kept.",
    ]);
  });

  it("of a run that stopped tells why", () => {
    const status = of([...runFacts, end("failed", "3 tasks failed in the same way")], { driven: false });
    expect(status).toMatchObject({ mood: "stopped", why: "3 tasks failed in the same way" });
  });

  it("of a run that ended names what can be typed then: a run like it, or first what frees what is stuck", () => {
    const over = { driven: false };
    const completed = [...runFacts, end("completed", "5 not landed")];
    expect(of(completed, over).next).toEqual(["conductor run --auto --agent claude --budget 60 --require-tests"]);
    const paused = [...runFacts, end("paused", "its time is up")];
    expect(of(paused, over).next).toEqual(["conductor resume"]);
    const tasks = runNow.tasks!.filter(({ id }) => ["TASK-001", "TASK-004", "TASK-005"].includes(id));
    const among = new Set(tasks.map(({ id }) => id));
    const closed: Fact = { type: "decision.closed", decision: "A1", state: "void", answer: null, by: "ada" };
    const stuck = of([...runFacts, closed, end("paused", "3 tasks failed in a row")], { ...over, tasks, among });
    expect(stuck.next).toEqual(["conductor unblock TASK-004", "conductor resume"]);
    expect(statusText(stuck, options).slice(1, 4)).toEqual([
      "3 tasks failed in a row. Fix what failed, then:",
      "  conductor unblock TASK-004",
      "  conductor resume",
    ]);
  });

  it("of a run that needs a limit, more money or a word about the sandbox says so in what to type", () => {
    const { options: kept } = sampleSession();
    const ended = (more: Partial<ReturnType<typeof sampleSession>>, metrics = {}): readonly string[] =>
      of(
        [
          { type: "session.started", session: sampleSession(more) },
          { type: "session.ended", session: "run-1", status: "paused", reason: "stopped", metrics },
        ],
        { driven: false },
      ).next;
    expect(ended({ options: { ...kept, budgetUsd: null } })).toEqual(["conductor resume --until 2h"]);
    expect(ended({}, { end: "budget" })).toEqual(["conductor resume --add 60"]);
    expect(ended({ sandbox: "none" })).toEqual(["conductor resume --allow-unsandboxed"]);
    expect(ended({}, { end: "refused" })).toEqual(["conductor doctor", "conductor resume"]);
  });

  it("of a run that was refused, the report names what mends that before it names what goes on", () => {
    const refused: Fact = {
      type: "session.ended",
      session: "run-1",
      status: "paused",
      reason: "401",
      metrics: { end: "refused" },
    };
    const { needs } = buildReport(foldEvents(eventsOf([...runFacts, refused])), "run-1", { ...runNow, driven: false });
    expect(needs.find(({ kind }) => kind === "stopped")).toMatchObject({
      command: "conductor doctor",
      cure: "conductor resume",
    });
  });

  it("of a run with a budget in tokens says how much of it is used, and what of that nobody knows", () => {
    const { options: kept } = sampleSession();
    const attempt = "run-1/TASK-001/1";
    const limited: readonly Fact[] = [
      {
        type: "session.started",
        session: sampleSession({ options: { ...kept, budgetUsd: null, budgetTokens: 2500 } }),
      },
      { type: "attempt.started", attempt: sampleAttempt("TASK-001"), token: "t" },
      {
        type: "attempt.usage",
        attempt,
        usage: { inputTokens: 2000, outputTokens: 300, cacheReadTokens: 600, cacheWriteTokens: 100, usd: 0.9 },
      },
    ];
    const status = of(limited);
    expect(status.session.budgetTokens).toBe(2500);
    expect(statusText(status, options)).toContain("  Tokens   3k of 2.5k");
    const report = buildReport(foldEvents(eventsOf(limited)), "run-1", runNow);
    expect(prices(report)).toContainEqual(["tokens", "3k of 2.5k: 2.7k in (22% cached), 300 out"]);
    const silent = tokensOfBudget({ inputTokens: 2700, outputTokens: 300, attempts: [{ usage: null }] as never }, 2500);
    expect(silent).toBe("at least 3k of 2.5k");
    expect(statusText(of(runFacts), options).join("\n")).not.toContain("Tokens");
  });

  it("of a run whose cards were answered since does not say that it waits for them", () => {
    const answered: Fact = { type: "decision.closed", decision: "A1", state: "approved", answer: null, by: "ada" };
    const facts = [...runFacts, end("paused", "waits for A1")];
    expect(of(facts, { driven: false }).why).toBe("waits for A1");
    const status = of([...facts, answered], { driven: false });
    expect(statusText(status, options).slice(0, 2)).toEqual([
      "run-1  billing   STOPPED at 22:19: A1 is approved        1 failed task needs you",
      "To go on: conductor resume",
    ]);
    const { needs } = buildReport(foldEvents(eventsOf([...facts, answered])), "run-1", { ...runNow, driven: false });
    expect(needs.find(({ kind }) => kind === "stopped")?.text).toBe(
      "it is not running, and 3 tasks are left: A1 is approved",
    );
  });

  it("of a failed task counts how often an agent had it, once", () => {
    const attempt = "run-1/TASK-004/2";
    const given: Fact = { type: "interaction", attempt, kind: "assignment", content: "Do it." };
    const failed: Fact = { type: "attempt.ended", attempt, stage: "failed", reason: "2 tries, and it conflicts" };
    const facts = [...runFacts, given, given, failed];
    const text = statusText(of(facts), options).join("\n");
    expect(text).toMatch(/TASK-004 .* failed, 3 tries\n {12}it conflicts\n/);
    const { needs } = buildReport(foldEvents(eventsOf(facts)), "run-1", runNow);
    expect(needs.find(({ kind }) => kind === "failed")?.text).toContain("failed, 3 tries, it conflicts, test (2 red)");
  });

  it("of a task that somebody blocked says why, and what frees it", () => {
    const tasks = runNow.tasks!.map((task) =>
      task.id === "TASK-005" ? { ...task, status: "blocked" as const, status_reason: "no key" } : task,
    );
    expect(statusText(of(runFacts, { tasks }), options).join("\n")).toMatch(
      /TASK-005 .* blocked\n {12}no key\n {12}conductor unblock TASK-005/,
    );
  });

  it("of a paused account is paused, not running", () => {
    const stop: Fact = {
      type: "attempt.stage",
      attempt: "run-1/TASK-002/1",
      stage: "paused-limit",
      reason: "until 03:20",
    };
    expect(of([...runFacts, stop])).toMatchObject({ mood: "paused", why: "until 03:20" });
  });

  it("never calls it running while everything waits for people", () => {
    const wait: Fact = { type: "attempt.stage", attempt: "run-1/TASK-002/1", stage: "waiting-answer", reason: null };
    const status = of([...runFacts, wait]);
    expect(status.mood).toBe("waiting");
    expect(statusText(status, options)[0]).toContain("WAITS FOR YOU");
    const stages = [
      "waiting-answer",
      "waiting-approval",
      "paused-limit",
      "paused-budget",
      "paused-user",
      "blocked",
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...stages), fc.boolean(), (stage, driven) => {
        const parked: Fact = { type: "attempt.stage", attempt: "run-1/TASK-002/1", stage, reason: null };
        const now = of([...runFacts, parked], { driven });
        expect(now.mood).not.toBe("running");
        expect(statusText(now, options).join("\n")).not.toMatch(/\brunning\b|^RUNNING/m);
      }),
    );
  });

  describe("with a card that several tasks share", () => {
    const asks = (id: string, tasks: readonly string[], text: string): Fact => ({
      type: "decision.asked",
      decision: sampleDecision(id, {
        task: tasks[0]!,
        attempt: `run-1/${tasks[0]}/1`,
        askers: tasks.map((task) => ({ task, attempt: `run-1/${task}/1` })),
        text,
        askedAt: "2026-11-20T21:18:00.000Z",
      }),
    });
    const cardLines = (facts: readonly Fact[], width = 80): readonly string[] => {
      const lines = statusText(of(facts), { ...options, width });
      const from = lines.findIndex((line) => line.startsWith("WAIT FOR YOU")) + 1;
      return lines.slice(from, lines.indexOf("", from));
    };

    it("names everybody who asks, in columns, and counts each task once", () => {
      const facts = [...runFacts, asks("Q1", ["TASK-002", "TASK-003", "TASK-006"], "Round per line or on the total?")];
      expect(cardLines(facts)).toEqual([
        "  Q1  TASK-002 TASK-003 TASK-006  Round per line or on the...   1h 12m   frees 3",
        "  A1  TASK-003                    db/migrations/0042_invoic...     20m   frees 2",
      ]);
      // TASK-003 waits for both cards, and is one task.
      expect(of(facts).counts.byState.waiting).toBe(3);
      expect(of(facts).cards.find(({ id }) => id === "Q1")?.tasks).toEqual(["TASK-002", "TASK-003", "TASK-006"]);
    });

    it("names those below that have no room beside the question", () => {
      const many = ["TASK-002", "TASK-003", "TASK-006", "TASK-005", "TASK-001"];
      const lines = cardLines([...runFacts.slice(0, 4), asks("Q1", many, "Round?")]);
      expect(lines[0]).toMatch(/^ {2}Q1 {2}TASK-002 TASK-003 TASK-006 {2}Round\? +1h 12m {3}frees \d$/);
      expect(lines[1]).toBe("      also TASK-005 TASK-001");
    });

    it("has one line in what needs the reader", () => {
      const facts = [...runFacts.slice(0, 9), asks("Q1", ["TASK-002", "TASK-006"], "Round?")];
      const { needs } = buildReport(foldEvents(eventsOf(facts)), "run-1", runNow);
      expect(needs.filter(({ kind }) => kind === "decision").map(({ text }) => text)).toEqual([
        "Q1  TASK-002 Invoice PDF: line item table, TASK-006 Export to DATEV: wait for you",
      ]);
    });
  });

  it("measures what an agent wrote as it is shown, so that no column is moved by it", () => {
    const evil: Fact = {
      type: "decision.asked",
      decision: sampleDecision("Q1", {
        task: "TASK-002",
        text: "\u001b]52;c;aGk=\u0007\u001b[2JShall I? \u202Egnp.exe 链接\r",
        options: ["\u001b[31myes"],
      }),
    };
    const lines = statusText(of([...runFacts, evil]), options);
    const ends = lines.filter((line) => /frees \d$/.test(line)).map((line) => widthOf(line));
    expect(ends).toEqual([80, 80]);
    expect(lines.join("")).not.toMatch(/\p{Cc}/u);
    const inbox = buildInbox(foldEvents(eventsOf([...runFacts, evil])), runNow);
    expect(inboxText(inbox, runNow.now, options).join("")).not.toMatch(/\p{Cc}/u);
  });

  describe("of a task that a person has put aside while its card is open", () => {
    const put: readonly Fact[] = [
      ...runFacts,
      { type: "attempt.ended", attempt: "run-1/TASK-003/1", stage: "interrupted", reason: "put aside" },
      { type: "task.paused", task: "TASK-003", reason: "ask Ada first", by: "bob" },
    ];

    it("says both: who put it aside and how it goes on, and the card, which frees nothing meanwhile", () => {
      const text = statusText(of(put), options).join("\n");
      expect(text).toMatch(/^ {2}1 landed .* 1 put aside /m);
      expect(text).not.toMatch(/waits? for you {3}/);
      expect(text).toContain(`PUT ASIDE
  TASK-003  Invoice lines as rows
            put aside by bob: ask Ada first; A1 is open, too
            conductor continue TASK-003`);
      expect(text).toMatch(/^ {2}A1 {2}TASK-003 .* frees 0$/m);
      expect(text).toContain("      TASK-003 is put aside by bob: conductor continue TASK-003");
    });

    it("says so on the card and in why, too", () => {
      const state = foldEvents(eventsOf(put));
      expect(inboxText(buildInbox(state, runNow), runNow.now, options).join("\n")).toContain(
        "TASK-003 is put aside by bob: conductor continue TASK-003",
      );
      const why = whyOf(state, "TASK-003", runNow)!;
      expect(why.reason).toBe("put aside by bob: ask Ada first");
      expect(why.next).toEqual(["conductor review A1", "conductor approve A1", "conductor continue TASK-003"]);
    });

    it("does not say that it waits for an answer while its agent ends its turn", () => {
      const facts: readonly Fact[] = [...runFacts, { type: "task.paused", task: "TASK-003", reason: null, by: "bob" }];
      expect(statusText(of(facts), options).join("\n")).toContain(
        "put aside by bob, when its turn has ended; A1 is open, too",
      );
    });
  });

  it("of a run that stopped because everything failed needs somebody, and says on two lines why and what to type", () => {
    const tasks = runNow.tasks!.filter(({ id }) => ["TASK-004", "TASK-005"].includes(id));
    const stopped = (reason: string): readonly string[] => {
      const begun = runFacts.filter(
        (fact) => fact.type === "session.started" || JSON.stringify(fact).includes("TASK-004"),
      );
      const over = { driven: false, tasks, among: new Set(tasks.map(({ id }) => id)) };
      return statusText(of([...begun, end("paused", reason)], over), { ...options, width: 90 }).slice(0, 4);
    };
    expect(stopped("3 tasks failed in a row; the last: npm ERR! 401 from npm.acme.example")).toEqual([
      "run-1  billing   STOPPED at 21:52: 3 tasks failed in a row         1 failed task needs you",
      "the last: npm ERR! 401 from npm.acme.example. Fix what failed, then:",
      "  conductor unblock TASK-004",
      "  conductor resume",
    ]);
    expect(stopped("its time is up")[0]).toContain("STOPPED at 21:52: its time is up ");
  });

  it("of a run that stopped does not say that nothing needs you: it does not go on by itself", () => {
    const tasks = runNow
      .tasks!.filter(({ id }) => ["TASK-001", "TASK-006"].includes(id))
      .map((one) => ({ ...one, depends_on: [] }));
    const begun = runFacts.slice(0, 2);
    const over = { driven: false, tasks, among: new Set(tasks.map(({ id }) => id)) };
    expect(statusText(of([...begun, end("paused", "its time is up")], over), options).slice(0, 2)).toEqual([
      "run-1  billing   STOPPED at 21:45: its time is up     it goes on when you say so",
      "To go on: conductor resume",
    ]);
  });

  it("fills its bar only when everything has landed", () => {
    expect(bar(39, 40)).toBe("[###################.]");
    expect(bar(40, 40)).toBe("[####################]");
    expect(bar(0, 0)).toBe("[....................]");
  });
});

describe("the inbox", () => {
  const question: Fact = {
    type: "decision.asked",
    decision: sampleDecision("Q1", {
      task: "TASK-002",
      attempt: "run-1/TASK-002/1",
      deadline: "2026-11-21T06:00:00Z",
      onExpiry: "safe-default",
      askedAt: "2026-11-20T21:18:00.000Z",
    }),
  };

  it("shows each card with what it frees, enough to decide", () => {
    const inbox = buildInbox(foldEvents(eventsOf([...runFacts, question])), runNow);
    expect(inboxText(inbox, runNow.now, options).join("\n")).toMatchInlineSnapshot(`
      "2 cards hold 2 tasks and 1 behind them. Nothing approves itself.

      A1  APPROVAL   TASK-003 Invoice lines as rows, 20m ago             frees 2 tasks
          Adds db/migrations/0042_invoice_lines.sql (+18 -0)
          database_migrations: db/migrations/0042_invoice_lines.sql
          No gate has run on tree 81c2f0e yet.
          Cannot be changed later. No answer by Sat 06:00: stays parked.

          conductor review A1         the diff, the acceptance list, the receipts
          conductor approve A1        add --remember run for all of db/migrations/
          conductor reject A1 --note "why"    goes back to the agent, branch kept

      Q1  QUESTION   asked by TASK-002 Invoice PDF: line..., 1h 12m ago   frees 1 task
          Round per line or on the total?
            1  per line, half even   recommended
            2  on the total, half up
          Can be changed later. No answer by Sat 06:00: taken: per line, half even
          [ASSUMED].

          conductor answer Q1 1        conductor answer Q1 "in words""
    `);
  });

  it("says what happens without an answer, also once its time is up and no run was there", () => {
    const approval = (over: Partial<Decision>): Fact => ({
      type: "decision.asked",
      decision: sampleDecision("A2", { task: "TASK-002", attempt: "run-1/TASK-002/1", onExpiry: "deny", ...over }),
    });
    const line = (over: Partial<Decision>): string | undefined => {
      const state = foldEvents(eventsOf([...runFacts, approval(over)]));
      const inbox = buildInbox(state, runNow, { id: "A2" });
      return inboxText(inbox, runNow.now, { ...options, width: 200 }).find((text) => /answer/.test(text));
    };
    expect(line({ deadline: "2026-11-21T06:00:00Z" })).toContain("No answer by Sat 06:00: denied.");
    expect(line({ deadline: "2026-11-20T22:00:00Z" })).toContain(
      "Its time was up at 22:00: denied as soon as a run goes on, unless you answer first.",
    );
    expect(line({ deadline: "2026-11-21T06:00:00Z", onExpiry: "safe-default" })).toContain("stays parked.");
  });

  it("says what goes on when nothing needs anybody", () => {
    const facts: readonly Fact[] = [
      ...runFacts,
      { type: "decision.closed", decision: "A1", state: "approved", answer: null, by: "ada" },
    ];
    const inbox = buildInbox(foldEvents(eventsOf(facts)), runNow);
    const tasks = runNow.tasks!.filter(({ id }) => id !== "TASK-004");
    const begun = facts.filter((fact) => !JSON.stringify(fact).includes("TASK-004"));
    const calm = buildInbox(foldEvents(eventsOf(begun)), { ...runNow, tasks });
    expect(inboxText({ ...calm, driven: false, working: 0 }, runNow.now, options)).toEqual([
      "Nothing needs you. Nothing runs, 2 to go. conductor status",
    ]);
    expect(inboxText(calm, runNow.now, options)).toEqual(["Nothing needs you. 1 running, 2 to go."]);
    expect(inboxText(inbox, runNow.now, options)).toEqual([
      "No card is open. 1 running, 2 to go. 1 failed or blocked: conductor status",
    ]);
  });

  it("counts for one card only what that card holds", () => {
    const inbox = buildInbox(foldEvents(eventsOf([...runFacts, question])), runNow, { id: "Q1" });
    expect(inboxText(inbox, runNow.now, options)[0]).toBe("1 card holds 1 task. Nothing approves itself.");
  });

  it("shows one session's cards when it is named", () => {
    const other: Fact = { type: "session.started", session: sampleSession({ id: "run-2" }) };
    const state = foldEvents(eventsOf([...runFacts, other]));
    expect(buildInbox(state, runNow, { session: "run-2" }).cards).toEqual([]);
    expect(buildInbox(state, runNow, { session: "run-1" }).cards).toHaveLength(1);
  });

  it("makes one plain line of a card", () => {
    const [card] = buildInbox(foldEvents(eventsOf([...runFacts, question])), runNow).cards.filter(
      ({ id }) => id === "Q1",
    );
    expect(cardMessage(card!, "billing")).toBe(
      "[billing run-1] Q1 frees 1 task: Round per line or on the total? 1 per line, half even (recommended) 2 on the total, half up No answer by 2026-11-21T06:00:00Z: taken: per line, half even [ASSUMED]. Answer: conductor answer Q1 1",
    );
  });
});
