import { sanitise } from "@taskwerk/terminal/sanitise";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../model/event.ts";
import type { Receipt } from "../model/gate.ts";
import {
  eventsOf,
  failedPlanning,
  landedStory,
  sampleAttempt,
  sampleReceipt,
  sampleSession,
  undoneStory,
} from "../model/sample-facts.ts";
import { foldEvents } from "../model/state.ts";
import type { GitAudit } from "./facts.ts";
import { cells } from "./layout.ts";
import { escaped, reportMarkdown } from "./markdown.ts";
import { buildReport } from "./report.ts";
import { goodGit, runFacts, runNow, runState, samplePlan } from "./sample-run.ts";
import { sectionsOf } from "./sections.ts";
import { reportText } from "./text.ts";

const options = { width: 80, zone: "UTC" };
const of = (facts: readonly Fact[], over: Partial<typeof runNow> = {}) =>
  buildReport(foldEvents(eventsOf(facts)), "run-1", { ...runNow, ...over });

describe("a report", () => {
  it("shows what needs the reader, what there is, why to believe it, and the price", () => {
    expect(reportText(buildReport(runState, "run-1", runNow), options).join("\n")).toMatchInlineSnapshot(`
      "run-1  billing                                   Fri 20 Nov 21:43, running (47m)
      1 of 6 tasks landed on conductor/main. 1 of 3 requirements are proven.
      main is still 3f9c2d1, nothing was pushed, nothing was lost.

      FOR YOU
        1  A1  TASK-003 Invoice lines as rows: waits for you; holds TASK-006
                                                                       conductor inbox
        2  TASK-004  Reverse charge for EU firms: failed, 2 tries, the same 2 tests
           are red, test (2 red); holds TASK-005                conductor why TASK-004
                                                            conductor unblock TASK-004
        3  1 thing was assumed, by the plan               conductor report assumptions
             A reminder is sent after 14 days

      TAKE IT
        see it      git log --oneline 3f9c2d1..conductor/main                 1 commit
        by feature  conductor review                                         1 feature
                    TASK-000  Billing                                    1 of 2 landed
        take all    git merge --ff-only conductor/main
        undo one    conductor undo TASK-001 --dry-run           says what goes with it

      LANDED
        TASK-00  TASK-001  Credit notes               1 of 1 gate, after rework  $1.02

      PROVEN
        requirements   1 proven, 0 built but unproven, 2 not built, of 3
        receipts       1 landed commit, 1 with receipts for exactly their trees
        tests          30 > 31, none skipped
        gates          4 runs, 3 red
        first time     green 0 of 1 (0%), after rework 1

      COST
        money          $1.02 of $60.00, $1.02 per landed task; paid by API key ...7Qf2
        tokens         6.1k in (81% cached), 200 out
        time lost      20m waiting for people
        lead time      20m from the first try to the landing, the middle one
        since import   2 planned; 4 added, 0 split, 0 dropped
        you            0 interventions: 0 answers, 0 approvals, 0 rejections
        agents         1 loop caught, 3 red rounds, 0 trees in salvage"
    `);
  });

  it("lists what has landed in the order in which it did, whatever its tasks are called", () => {
    const report = buildReport(runState, "run-1", runNow);
    const [one] = report.tasks.filter(({ landed }) => landed !== null);
    const at = (id: string, minute: string) => ({
      ...one!,
      id,
      landed: { ...one!.landed!, at: `2026-11-20T22:${minute}:00.000Z` },
    });
    const sections = sectionsOf({ ...report, tasks: [at("TASK-1", "30"), at("TASK-2", "10"), at("TASK-3", "20")] });
    expect(sections.find(({ title }) => title === "LANDED")).toMatchObject({
      rows: [{ id: "TASK-2" }, { id: "TASK-3" }, { id: "TASK-1" }],
    });
  });

  it("says which features have landed, and how one of them is looked at", () => {
    const first = runNow.tasks!.find(({ id }) => id === "TASK-001")!;
    const second = runNow.tasks!.find(({ id }) => id === "TASK-002")!;
    const more = runNow.tasks!.filter(({ id }) => !["TASK-000", "TASK-001", "TASK-002"].includes(id));
    const renamed = (text: string): string => text.replaceAll("TASK-001", "TASK-007.1");
    const state = foldEvents(eventsOf(JSON.parse(renamed(JSON.stringify(runFacts))) as readonly Fact[]));
    const tasks = [
      { ...first, id: "TASK-007", title: "Papers", key: null, children: ["TASK-007.1", "TASK-007.2"] },
      { ...first, id: "TASK-007.1", title: "Credit notes" },
      { ...second, id: "TASK-007.2", title: "Reminders", key: null, status: "todo" as const },
      ...more.map((task) => ({ ...task, children: [] })),
    ];
    const report = buildReport(state, "run-1", { ...runNow, tasks, plan: null });
    expect(report.groups).toEqual([{ id: "TASK-007", title: "Papers", landed: ["TASK-007.1"], total: 2 }]);
    expect(reportText(report, options).join("\n")).toContain(
      [
        "TAKE IT",
        `${"  see it      git log --oneline 3f9c2d1..conductor/main".padEnd(72)}1 commit`,
        `${"  by feature  conductor review".padEnd(71)}1 feature`,
        `${"              TASK-007  Papers".padEnd(67)}1 of 2 landed`,
        "  take all    git merge --ff-only conductor/main",
        `${"  undo one    conductor undo TASK-007.1 --dry-run".padEnd(58)}says what goes with it`,
      ].join("\n"),
    );
  });

  it("counts every pause of the provider, and what two of them share once", () => {
    const paused = (until: string) =>
      ({ type: "account.paused", session: "run-1", account: "API key ...7Qf2", until, reason: "429" }) as const;
    const ended = { type: "session.ended", session: "run-1", status: "paused", reason: null, metrics: {} } as const;
    const [first] = eventsOf([{ type: "session.started", session: sampleSession() }]);
    const at = (minutes: number): string => new Date(Date.parse(first!.at) + minutes * 60_000).toISOString();
    const facts = [{ type: "session.started", session: sampleSession() } as const, paused(""), paused(""), paused("")];
    const moments = [0, 10, 12, 60, 200];
    const events = eventsOf([...facts, ended]).map((event, n) => ({
      ...event,
      at: at(moments[n]!),
      ...(event.type === "account.paused" ? { until: at([0, 15, 20, 70][n]!) } : {}),
    }));
    const { flow } = buildReport(foldEvents(events), "run-1", { ...runNow, now: at(300), driven: false });
    expect(flow).toMatchObject({ pauses: 3, limitedMs: 20 * 60_000 });
  });

  it("says how many conflicts there were and who settled them", () => {
    const attempt = "run-1/TASK-001/1";
    const met = {
      type: "conflict.met",
      attempt,
      tip: "t",
      work: "w",
      paths: ["go.sum"],
      detail: "x",
      tree: null,
    } as const;
    const facts: readonly Fact[] = [
      ...runFacts,
      { ...met, rung: "lockfiles", outcome: "passed" },
      { ...met, rung: "agent", outcome: "handed" },
      { ...met, rung: "lockfiles", outcome: "settled", tree: "x" },
    ];
    const report = of(facts);
    expect(report.tasks[0]!.conflicts.map(({ rung, outcome }) => `${rung} ${outcome}`)).toEqual([
      "lockfiles passed",
      "agent handed",
      "lockfiles settled",
    ]);
    expect(reportText(report, options)).toContain("  conflicts      2 met: 1 by new lockfiles, 1 by an agent");
    expect(reportMarkdown(report, options)).toContain("2 met: 1 by new lockfiles, 1 by an agent");
  });

  it("counts every task once, in one state", () => {
    const { counts, tasks, outcome, exit } = buildReport(runState, "run-1", runNow);
    expect(counts).toEqual({
      total: 6,
      landed: 1,
      before: 0,
      notLanded: 5,
      byState: { landed: 1, working: 1, waiting: 1, failed: 1, "to-go": 2 },
    });
    expect(tasks.map(({ id, behind }) => [id, behind.join()])).toEqual([
      ["TASK-001", ""],
      ["TASK-002", ""],
      ["TASK-003", "TASK-006"],
      ["TASK-004", "TASK-005"],
      ["TASK-005", ""],
      ["TASK-006", ""],
    ]);
    expect([outcome, exit]).toEqual(["working", 0]);
  });

  it("lists the receipts of a landed commit for exactly its tree, with what to run again", () => {
    const [task] = buildReport(runState, "run-1", runNow).tasks;
    expect(task?.landed).toMatchObject({
      commit: "TASK-001-commit",
      tree: "TASK-001-tree",
      unfounded: [],
      inGit: true,
    });
    expect(task?.landed?.receipts).toMatchObject([
      { gate: "test", command: "npm test", result: "pass", tree: "TASK-001-tree", counts: { passed: 31 } },
    ]);
  });

  it("puts a landing without proof before everything else", () => {
    const story = landedStory("TASK-001").map(
      (fact): Fact => (fact.type === "landing.landed" ? { ...fact, receipts: ["TASK-001-r1", "nowhere"] } : fact),
    );
    const report = of([{ type: "session.started", session: sampleSession() }, ...story]);
    expect(report.needs[0]).toMatchObject({ kind: "proof", about: ["TASK-001"] });
    expect(report.needs[0]?.text).toContain("receipts TASK-001-r1, nowhere are not about its tree; it has no receipt");
  });

  it("puts a landing that git does not have before everything else", () => {
    const git = { ...goodGit, landed: [{ commit: "TASK-001-commit", tree: "another", reachable: true }] };
    expect(of(runFacts, { git }).needs[0]?.text).toContain("git does not have it with this tree below the tip");
    expect(of(runFacts, { git: { ...goodGit, lost: ["c".repeat(40)] } }).needs[0]?.kind).toBe("proof");
  });

  it("calls a requirement proven only when a test is named and ran, and never one without a task", () => {
    const states = (report: ReturnType<typeof of>) => report.requirements?.map(({ id, state }) => `${id} ${state}`);
    expect(states(of(runFacts))).toEqual(["R1 proven", "R2 not-built", "R9 not-built"]);
    expect(states(of(runFacts, { plan: samplePlan(null) }))?.[0]).toBe("R1 built");
    const untested = runFacts.map(
      (fact): Fact =>
        fact.type === "gate.judged" && fact.receipt.result === "pass"
          ? { ...fact, receipt: { ...fact.receipt, counts: null } }
          : fact,
    );
    expect(of(untested).requirements?.[0]).toMatchObject({ state: "built", missing: "no test ran for TASK-001" });
  });

  it("says unknown where a price is not known, never 0", () => {
    const unpriced = runFacts.map(
      (fact): Fact => (fact.type === "attempt.usage" ? { ...fact, usage: { ...fact.usage, usd: null } } : fact),
    );
    const report = of(unpriced);
    expect(report.costs).toMatchObject({ usd: null, knownUsd: 0, unknown: 1, usdPerLanded: null });
    expect(report.tasks[0]?.costUsd).toBeNull();
    expect(reportText(report, options).join("\n")).toContain(
      "unknown of $60.00: $0.00 known, 1 attempt without a price",
    );
  });

  it("tells what planning has cost, also what came to nothing, and not what other documents did", () => {
    const { usage } = failedPlanning();
    const [saved, ...more] = runFacts;
    const planned = { ...(saved as Fact & { type: "plan.saved" }), metadata: { usage, calls: 5 } };
    const told = (...facts: readonly Fact[]) =>
      reportText(of(facts), options).find((line) => line.startsWith("  planning"));
    expect(told(failedPlanning(), failedPlanning({ sourceFile: "other.md" }), planned, ...more)).toBe(
      "  planning       7 calls, $0.08; not in the money above",
    );
    const unpriced = { ...planned, metadata: { usage: { ...usage, usd: null } } };
    expect(told(failedPlanning(), unpriced, ...more)).toBe(
      "  planning       calls unknown, cost unknown ($0.04 known); not in the money",
    );
    expect(told(...runFacts)).toBeUndefined();
  });

  it("names a merge that git will do when the user's branch has moved on as well, and none when it has everything", () => {
    const git = (standing: "taken" | "ahead" | "apart") => ({ git: { ...runNow.git!, standing } });
    const taking = (standing: "taken" | "ahead" | "apart") =>
      reportText(of(runFacts, git(standing)), options).join("\n");
    expect(taking("ahead")).toContain("git merge --ff-only conductor/main");
    expect(taking("apart")).toContain("git merge conductor/main");
    expect(taking("taken")).not.toContain("TAKE IT");
    expect(reportMarkdown(of(runFacts, git("apart")), options)).toContain("`git merge conductor/main`");
  });

  it("says how much there is to take as git counts it, files without lines apart", () => {
    const counts = { commits: 2, files: 4, added: 18, removed: 3 };
    const change = (binaries: number) => ({
      git: { ...goodGit, change: { from: "f".repeat(40), to: "TASK-001-commit", ...counts, binaries } },
    });
    const seen = (binaries: number) => reportText(of(runFacts, change(binaries)), options).join("\n");
    expect(seen(0)).toMatch(/see it {6}git log --oneline 3f9c2d1\.\.conductor\/main +2 commits, \+18 -3$/m);
    expect(seen(1)).toMatch(/^ +2 commits, \+18 -3, 1 binary file$/m);
    expect(reportMarkdown(of(runFacts, change(2)), options)).toContain("2 commits, \\+18 -3, 2 binary files");
  });

  it("adds up the changed lines that gates measured of each landing, lines and not percentages", () => {
    const coverage = { linesTotal: 100, linesCovered: 90, percent: 90 };
    const measured = (story: readonly Fact[], total: number, covered: number) =>
      story.map(
        (fact): Fact =>
          fact.type === "gate.judged" && fact.receipt.result === "pass"
            ? { ...fact, receipt: { ...fact.receipt, coverage, changedLines: { total, covered } } }
            : fact,
      );
    const landed = [
      ...landedStory("TASK-003"),
      ...measured(landedStory("TASK-001"), 2, 1),
      ...measured(landedStory("TASK-002"), 998, 900),
    ];
    const report = of([{ type: "session.started", session: sampleSession() }, ...landed]);
    expect(report.coverage.changedLines).toEqual({ total: 1000, covered: 901 });
    const said = "unknown > 90.0%, changed lines 90.1% (901 of 1000)";
    expect(reportText(report, options)).toContain(`  coverage       ${said}`);
    expect(reportMarkdown(report, options)).toContain(`| coverage | ${escaped(said)} |`);
    expect(of(runFacts).coverage.changedLines).toBeNull();
  });

  it("says how many of the new tests fail without their work, of the round that landed", () => {
    const tried = (names: readonly string[], of: number, over: { readonly idle?: number } = {}): Fact => ({
      type: "tests.idle",
      ...{ attempt: "run-1/TASK-001/1", gate: "test", names, of, ...over },
    });
    const rounds = (first: readonly Fact[], second: readonly Fact[]): ReturnType<typeof of> => {
      const story = [...landedStory("TASK-001")];
      const gating = story.flatMap((fact, at) =>
        fact.type === "attempt.stage" && fact.stage === "gating" ? [at] : [],
      );
      story.splice(gating[1]! + 1, 0, ...second);
      story.splice(gating[0]! + 1, 0, ...first);
      return of([{ type: "session.started", session: sampleSession() }, ...story]);
    };
    const rowOf = (report: ReturnType<typeof of>) =>
      reportText(report, options).find((line) => line.startsWith("  new tests"));
    const some = rounds([tried(["a", "b"], 2)], [tried(["a"], 3)]);
    expect(rowOf(some)).toBe("  new tests      2 of 3 in 1 task fail on the old code, 1 does not");
    expect(some.tasks.find(({ id }) => id === "TASK-001")).toMatchObject({ newTests: { of: 3, idle: 1 } });
    expect(some.tasks.find(({ id }) => id === "TASK-001")?.idle).toEqual([{ names: ["a"], idle: 1, of: 3 }]);
    expect(some.needs.find(({ kind }) => kind === "doubt")?.text).toContain(
      "1 of 3 new tests pass without the work: a",
    );
    const none = rounds([tried(["a"], 2)], [tried([], 2)]);
    expect(rowOf(none)).toBe("  new tests      2 of 2 in 1 task fail on the old code");
    expect(none.needs.some(({ kind }) => kind === "doubt")).toBe(false);
    expect(rowOf(rounds([tried(["a"], 2)], []))).toBeUndefined();
    expect(rowOf(rounds([], [tried(["a"], 300, { idle: 200 })]))).toContain("100 of 300 in 1 task");
  });

  it("says what became of the tests of the base as far as that is known, and names what was lost", () => {
    const rowsOf = (over: Partial<typeof runNow>, facts = runFacts) => {
      const lines = reportText(of(facts, over), options);
      return lines.slice(
        lines.findIndex((line) => line.startsWith("  tests ")),
        lines.findIndex((line) => line.startsWith("  gates ")),
      );
    };
    const lost = (removed: readonly string[], skipped: readonly string[] = []) => ({ lostTests: { removed, skipped } });
    const weakened = (...some: readonly string[]) => ({ git: { ...goodGit, weakened: some } });
    expect(rowsOf({})).toEqual(["  tests          30 > 31, none skipped"]);
    expect(rowsOf({ ...lost([]), ...weakened() })).toEqual([
      "  tests          30 > 31, none removed, none skipped, none weakened",
    ]);
    const messages = ["a.test.js is deleted", "b.test.js: 1 test is newly skipped or singled out"];
    const counts = { total: 31, passed: 29, failed: 0, skipped: 2 };
    const skipping = runFacts.map(
      (fact): Fact =>
        fact.type === "gate.judged" && fact.receipt.result === "pass" && fact.receipt.phase !== "baseline"
          ? { ...fact, receipt: { ...fact.receipt, counts } }
          : fact,
    );
    expect(rowsOf({ ...lost(["adds", "sums"], ["rounds"]), ...weakened(...messages) }, skipping)).toEqual([
      "  tests          30 > 31, 2 removed, 2 skipped (1 of them ran before), 2",
      "                 weakenings",
      "  removed        adds, sums",
      "  newly skipped  rounds",
      "  weakened       a.test.js is deleted, b.test.js: 1 test is newly skipped or",
      "                 singled out",
    ]);
    expect(reportMarkdown(of(skipping, lost([])), options)).toContain(
      `| tests | ${escaped("30 > 31, none removed, 2 skipped (none of them ran before)")} |`,
    );
  });

  it("counts what is named as skipped also where gates counted less", () => {
    const lost = { lostTests: { removed: [], skipped: ["rounds"] } };
    expect(reportText(of(runFacts, lost), options)).toContain(
      "  tests          30 > 31, none removed, 1 skipped (1 of them ran before)",
    );
  });

  it("says nothing of the newest tree where a gate that ran tests on the base did not run there, or counted none", () => {
    const web = (counts: Receipt["counts"], over: Partial<Receipt> = {}): Fact => ({
      type: "gate.judged",
      ...{ attempt: null, session: "run-1" },
      receipt: sampleReceipt("web", { gate: "web", phase: "baseline", counts, ...over }),
    });
    const testsOf = (fact: Fact): string | undefined =>
      reportText(of([...runFacts, fact]), options).find((line) => line.startsWith("  tests "));
    const four = { total: 4, passed: 4, failed: 0, skipped: 0 };
    expect(testsOf(web(four))).toBe("  tests          34 > unknown");
    expect(testsOf(web(null))).toBe("  tests          30 > unknown");
    expect(testsOf(web(null, { kind: "custom" }))).toBe("  tests          30 > 31, none skipped");
  });

  it("says of a landing which commit of somebody's has taken it back", () => {
    const by = { commit: "c".repeat(40), by: "Ada", at: "2026-11-21T08:00:00Z", branch: "main" };
    const report = of(runFacts, { git: { ...goodGit, revertedByHand: { "TASK-001-commit": by } } });
    expect(report.tasks[0]!.landed!.revertedByHand).toEqual(by);
    expect(report.needs[0]).toEqual({
      kind: "reverted",
      about: ["TASK-001"],
      text: "TASK-001  Credit notes: landed as TASK-00, and Ada took it back on main by ccccccc",
      command: "git show ccccccc",
    });
    expect(of(runFacts).tasks[0]!.landed!.revertedByHand).toBeNull();
    // Nothing of it is left that an undo could take.
    expect(reportText(of(runFacts), options).join("\n")).toContain("conductor undo TASK-001 --dry-run");
    expect(reportText(report, options).join("\n")).not.toContain("conductor undo TASK-001 --dry-run");
  });

  it("says unknown where no agent tells how many tokens it used", () => {
    const silent = runFacts.filter(({ type }) => type !== "attempt.usage");
    expect(reportText(of(silent), options)).toContain("  tokens         unknown");
  });

  it("says once what failed when the reason of a task names its gates", () => {
    const attempt = "run-1/TASK-004/2";
    const reason = "test: 2 of 3 tests failed; coverage: it ended with exit code 1";
    const need = of([...runFacts, { type: "attempt.ended", attempt, stage: "failed", reason }]).needs;
    expect(need.find(({ kind }) => kind === "failed")?.text).toMatch(/exit code 1; holds TASK-005$/);
  });

  it("counts a gate that did not run as not run", () => {
    const facts: readonly Fact[] = [
      ...runFacts,
      {
        type: "gate.judged",
        attempt: "run-1/TASK-002/1",
        session: "run-1",
        receipt: sampleReceipt("n", { result: "not-run", tree: "t" }),
      },
    ];
    const { gates } = of(facts);
    expect(gates).toMatchObject({ runs: 5, red: 3, notRun: 1 });
    expect(reportText(of(facts), options).join("\n")).toContain("5 runs, 3 red, 1 not run");
  });

  it("is incomplete and says how to go on when nobody drives any more", () => {
    const report = of(runFacts, { driven: false });
    expect(report.needs.find(({ kind }) => kind === "stopped")?.text).toBe(
      "it is not running, and 3 tasks are left: conductor ended without a word",
    );
    expect(report.counts.byState).toMatchObject({ interrupted: 1 });
    expect([report.outcome, report.exit]).toEqual(["waiting", 11]);
  });

  it("is complete when everything landed, and tells what was done before apart", () => {
    const earlier = { type: "session.started", session: sampleSession({ id: "run-0" }) } as const;
    const facts: readonly Fact[] = [
      earlier,
      { type: "session.started", session: sampleSession() },
      ...landedStory("TASK-001"),
      { type: "session.ended", session: "run-1", status: "completed", reason: null, metrics: {} },
    ];
    const tasks = runNow.tasks!.slice(0, 3).map((task) => ({ ...task, status: "done" as const }));
    const report = of(facts, { tasks, driven: false, plan: null });
    expect(report).toMatchObject({ outcome: "complete", exit: 0, counts: { total: 1, landed: 1, before: 1 } });
    const state = foldEvents(eventsOf(facts));
    expect(buildReport(state, "run-0", { ...runNow, tasks, driven: false })).toMatchObject({
      counts: { total: 0, landed: 0, before: 2 },
      exit: 0,
    });
  });

  it("names what was taken back, in its first lines until it has landed anew, and counts the commits that git counts", () => {
    const git: GitAudit = {
      ...goodGit,
      change: { from: "f".repeat(40), to: "TASK-001-commit", commits: 5, files: 4, added: 18, removed: 3, binaries: 0 },
    };
    const begun: Fact = { type: "session.started", session: sampleSession() };
    const facts = [begun, ...landedStory("TASK-002"), ...undoneStory("TASK-002"), ...landedStory("TASK-001")];
    const report = of(facts, { git, driven: false });
    expect(report.takenBack).toMatchObject([
      {
        task: "TASK-002",
        commit: "TASK-002-revert",
        landing: "TASK-002-commit",
        by: "ada",
        undo: "undo-1",
        anew: false,
      },
    ]);
    const text = reportText(report, options).join("\n");
    expect(text).toContain("\n1 task was taken back: TASK-002.\n");
    expect(text).toMatch(/see it {6}git log .* 5 commits, \+18 -3\n/);
    expect(text).toMatch(/\n\nTAKEN BACK\n {2}TASK-00 {2}TASK-002 {2}.* was TASK-00, by ada\n/);
    expect(reportMarkdown(report, options)).toContain("## Taken back");
    const anew = of([...facts, ...landedStory("TASK-002", 2)], { git, driven: false });
    expect(reportText(anew, options).join("\n")).not.toContain("taken back:");
    expect(anew.takenBack.map(({ task, anew }) => [task, anew])).toEqual([["TASK-002", true]]);
    // That the tasks are not asked for changes nothing about it.
    expect(reportText(of(facts, { git, tasks: null }), options).join("\n")).toContain(
      "\n1 task was taken back: TASK-002.\n",
    );
  });

  it("ends as a run does for which only what people have put aside is left", () => {
    const begun: Fact = { type: "session.started", session: sampleSession() };
    const paused: Fact = { type: "task.paused", task: "TASK-001", reason: null, by: "ada" };
    const tasks = runNow
      .tasks!.filter(({ id }) => id === "TASK-001")
      .map((task) => ({ ...task, status: "paused" as const }));
    expect(of([begun, paused], { tasks, driven: false })).toMatchObject({ outcome: "waiting", exit: 11 });
    const more = [...tasks, { ...tasks[0]!, id: "TASK-002", status: "todo" as const }];
    expect(of([begun, paused], { tasks: more, driven: false })).toMatchObject({ outcome: "incomplete", exit: 14 });
  });

  it("of a session that has landed nothing keeps what landed before apart, and says how to take it", () => {
    const facts = [...runFacts, { type: "session.started", session: sampleSession({ id: "run-2" }) } as const];
    const report = buildReport(foldEvents(eventsOf(facts)), "run-2", { ...runNow, driven: false });
    const text = reportText(report, options).join("\n");
    expect(text).toContain("0 of 5 tasks landed on conductor/main.");
    expect(text).toContain("TAKE IT\n  see it      git log --oneline main..conductor/main  ");
    expect(text).toMatch(/\n\nLANDED BEFORE\n {2}TASK-00 {2}TASK-001/);
    expect(text).not.toMatch(/\nLANDED\n/);
    const taken = { ...goodGit, target: goodGit.integration };
    expect(reportText({ ...report, git: taken }, options).join("\n")).not.toContain("TAKE IT");
  });

  it("holds no token of a claim and no whole output", () => {
    expect(JSON.stringify(buildReport(runState, "run-1", runNow))).not.toMatch(/secret-token|excerpt/);
  });

  it("names the sessions there are when it is asked about another", () => {
    expect(() => buildReport(runState, "run-7", runNow)).toThrowError(
      expect.objectContaining({ code: "SESSION_NOT_FOUND", candidates: ["run-1"] }),
    );
  });

  it("keeps to its width and never lets a state be lost, whatever titles say", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 60, max: 140 }),
        (title, width) => {
          const tasks = runNow.tasks!.map((task) => ({ ...task, title: title.replace(/[\p{C}\s]+/gu, " ") }));
          const lines = reportText(of(runFacts, { tasks }), { width, zone: "UTC" });
          const landed = lines.filter((line) => line.startsWith("  TASK-00  TASK-001"));
          expect(landed).toHaveLength(1);
          expect(landed[0]).toMatch(/1 of 1 gate, after rework {2}\$1\.02$/);
          expect(cells(landed[0]!)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

/** Runs that show each section and each row there is. */
const EVERY: readonly (readonly [name: string, facts: readonly Fact[], over: Partial<typeof runNow>])[] = [
  ["in the middle", runFacts, {}],
  ["that is over", [...runFacts, sessionEnd("completed")], { driven: false, git: { ...goodGit, standing: "apart" } }],
  ["with what landed before", [...runFacts, sessionEnd("failed"), ...second()], { driven: false }],
  ["of which nobody looked at git or tasks", runFacts, { git: null, tasks: null, plan: null }],
  [
    "with nothing in it",
    [{ type: "session.started", session: sampleSession() }],
    { plan: null, tasks: [], driven: false },
  ],
];

function sessionEnd(status: "completed" | "failed"): Fact {
  return { type: "session.ended", session: "run-1", status, reason: null, metrics: {} };
}

/** Another run after it, which lands one more. */
function second(): readonly Fact[] {
  const renamed = (text: string): string => text.replaceAll("run-1", "run-2");
  const story = JSON.parse(renamed(JSON.stringify(landedStory("TASK-002")))) as readonly Fact[];
  return [{ type: "session.started", session: sampleSession({ id: "run-2" }) }, ...story];
}

/** What a reader sees of a document: no escapes, no code marks, no lines of tables. */
const read = (text: string): string =>
  text
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/&amp;/g, "&")
    .replace(/[\u200b`|]/g, " ")
    .replace(/\s+/g, " ")
    .toLowerCase();

describe("one report in three forms", () => {
  it.each(EVERY)("says in Markdown all that the text says: a run %s", (_, facts, over) => {
    const ids = facts.flatMap((fact) => (fact.type === "session.started" ? [fact.session.id] : []));
    for (const id of ids) {
      const report = buildReport(foldEvents(eventsOf(facts)), id, { ...runNow, ...over });
      const markdown = read(reportMarkdown(report, { zone: "UTC" }));
      for (const line of reportText(report, { width: 2_000, zone: "UTC" }))
        for (const part of line.trim().split(/\s{2,}/)) expect(markdown).toContain(read(part).trim());
    }
  });

  it.each(EVERY)("says nothing that is not in its JSON: a run %s", (_, facts, over) => {
    const report = of(facts, over);
    const known = JSON.parse(JSON.stringify(report)) as typeof report;
    expect(reportText(known, options)).toEqual(reportText(report, options));
    expect(reportMarkdown(known, options)).toBe(reportMarkdown(report, options));
  });
});

describe("as Markdown", () => {
  it("is the same report, and what others wrote stays text", () => {
    expect(reportMarkdown(buildReport(runState, "run-1", runNow), { zone: "UTC" })).toMatchInlineSnapshot(`
      "# run-1 billing

      Fri 20 Nov 21:43, running \\(47m\\)  
      1 of 6 tasks landed on conductor/main. 1 of 3 requirements are proven.  
      main is still 3f9c2d1, nothing was pushed, nothing was lost.

      ## For you

      1. A1 TASK-003 Invoice lines as rows: waits for you; holds TASK-006  
         \`conductor inbox\`
      2. TASK-004 Reverse charge for EU firms: failed, 2 tries, the same 2 tests are red, test \\(2 red\\); holds TASK-005  
         \`conductor why TASK-004\`  
         \`conductor unblock TASK-004\`
      3. 1 thing was assumed, by the plan  
         \`conductor report assumptions\`
         - A reminder is sent after 14 days

      ## Take it

      - see it: \`git log --oneline 3f9c2d1..conductor/main\` 1 commit
      - by feature: \`conductor review\` 1 feature
        - TASK-000 Billing: 1 of 2 landed
      - take all: \`git merge --ff-only conductor/main\`
      - undo one: \`conductor undo TASK-001 --dry-run\` says what goes with it

      ## Landed

      | commit | task | title | gates | cost |
      |---|---|---|---|---|
      | TASK-00 | TASK-001 | Credit notes | 1 of 1 gate, after rework | \\$1.02 |

      ## Proven

      | what | result |
      |---|---|
      | requirements | 1 proven, 0 built but unproven, 2 not built, of 3 |
      | receipts | 1 landed commit, 1 with receipts for exactly their trees |
      | tests | 30 \\> 31, none skipped |
      | gates | 4 runs, 3 red |
      | first time | green 0 of 1 \\(0%\\), after rework 1 |

      ## Cost

      | what | result |
      |---|---|
      | money | \\$1.02 of \\$60.00, \\$1.02 per landed task; paid by API key ...7Qf2 |
      | tokens | 6.1k in \\(81% cached\\), 200 out |
      | time lost | 20m waiting for people |
      | lead time | 20m from the first try to the landing, the middle one |
      | since import | 2 planned; 4 added, 0 split, 0 dropped |
      | you | 0 interventions: 0 answers, 0 approvals, 0 rejections |
      | agents | 1 loop caught, 3 red rounds, 0 trees in salvage |

      ## Not landed

      | task | title | state | cost |
      |---|---|---|---|
      | TASK-002 | Invoice PDF: line item table | working | \\$0.00 |
      | TASK-003 | Invoice lines as rows | waiting | \\$0.00 |
      | TASK-004 | Reverse charge for EU firms | failed | \\$0.00 |
      | TASK-005 | VAT report | to-go |  |
      | TASK-006 | Export to DATEV | to-go |  |

      ## Requirements

      | id | level | text | state | tasks |
      |---|---|---|---|---|
      | R1 | MUST | Requirement 1 \\| with \\<b\\>markup\\</b\\> | proven | TASK-001 TASK-00 |
      | R2 | MUST | Requirement 2 \\| with \\<b\\>markup\\</b\\> | not-built: not landed: TASK-002 | TASK-002 |
      | R9 | MUST | Requirement 9 \\| with \\<b\\>markup\\</b\\> | not-built: no task serves it |  |

      ## Receipts

      | commit | tree | gate | command | result |
      |---|---|---|---|---|
      | TASK-00 | TASK-00 | test | npm test | pass, 31 of 31 |

      ## Assumed

      - A reminder is sent after 14 days
      "
    `);
  });

  it("makes no markup either of what hides behind escape characters that a screen would drop", () => {
    const said = sanitise(escaped("\x1b[x\x1b](\x1bhttp://evil\x1b) \x1b<img src=x\x1b> \x1b[31mred\x1b[0m"));
    expect(said).not.toMatch(/(?<!\\)[[\]()<>]/);
    expect(said).toContain("red");
  });

  it("makes nothing of what begins a list, a heading or a rule, nor a reference to somebody's issue", () => {
    expect(escaped("- [ ] x")).toBe("\\- \\[ \\] x");
    expect(escaped("1. x")).toBe("1\\. x");
    expect(escaped("=== x")).toBe("\\=== x");
    expect(escaped("fixes #12 and GH-7 in a/b#3")).toBe("fixes \\#\u200b12 and GH\u200b-7 in a/b\\#\u200b3");
  });

  it("keeps every title of a task in its cell and out of commands", () => {
    const bad = "a | b `c` @team <img src=x> [y](http://evil)\n\n# z";
    const tasks = runNow.tasks!.map((task) => ({ ...task, title: bad }));
    const text = reportMarkdown(of(runFacts, { tasks, driven: false }), options);
    const cellsIn = (line: string): number => line.replaceAll("\\|", "").split("|").length;
    for (const rows of text
      .split("\n\n")
      .filter((block) => block.startsWith("|"))
      .map((block) => block.split("\n")))
      expect(rows.map(cellsIn)).toEqual(rows.map(() => cellsIn(rows[0]!)));
    expect(text).not.toMatch(/(^|[^\\])<img|@team|(^|[^\\])\[y\]\(|http:\/\/|^# z/m);
  });

  it("makes no markup, link, mention or table cell of any text", () => {
    expect(escaped("a|b <img src=x> [x](http://evil) @team\n# h `c`")).toBe(
      "a\\|b \\<img src=x\\> \\[x\\]\\(http\u200b://evil\\) @\u200bteam \\# h \\`c\\`",
    );
  });
});

describe("rounds of gates", () => {
  it("take only landed tasks with one attempt and no red as green at first", () => {
    const clean = landedStory("TASK-002").filter(
      (fact) => !(fact.type === "gate.judged" && fact.receipt.result === "fail"),
    );
    const second: readonly Fact[] = [
      { type: "attempt.started", attempt: sampleAttempt("TASK-003", 1), token: "t" },
      { type: "attempt.ended", attempt: "run-1/TASK-003/1", stage: "failed", reason: null },
      ...landedStory("TASK-003", 2).map((fact): Fact => fact),
    ];
    const { gates } = of([
      { type: "session.started", session: sampleSession() },
      ...landedStory("TASK-001"),
      ...clean,
      ...second,
    ]);
    expect(gates).toMatchObject({ firstTimeGreen: 1, afterRework: 2, firstPassPercent: 33 });
  });
});
