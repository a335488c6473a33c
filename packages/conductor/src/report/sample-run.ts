/** A run in the middle for tests: one task landed, one at work, one that waits, one that failed, one behind it, one to go. */
import { blankTask } from "../model/blank-task.ts";
import type { Fact } from "../model/event.ts";
import type { Plan, PlanTask } from "../model/plan.ts";
import {
  eventsOf,
  landedStory,
  sampleAttempt,
  sampleDecision,
  sampleReceipt,
  sampleSession,
} from "../model/sample-facts.ts";
import { foldEvents, type RunState } from "../model/state.ts";
import type { GitAudit, ReportFacts, TaskFacts } from "./facts.ts";

const stage = (attempt: string, to: "running" | "gating" | "waiting-approval"): Fact => ({
  type: "attempt.stage",
  attempt,
  stage: to,
  reason: null,
});

const failing = (n: number): readonly Fact[] => {
  const attempt = `run-1/TASK-004/${n}`;
  return [
    {
      type: "attempt.started",
      attempt: sampleAttempt("TASK-004", n, { title: "Reverse charge for EU firms" }),
      token: "t",
    },
    stage(attempt, "gating"),
    {
      type: "gate.judged",
      attempt,
      session: "run-1",
      receipt: sampleReceipt(`f${n}`, {
        tree: `tree-4-${n}`,
        result: "fail",
        reason: "2 tests failed",
        failures: ["a", "b"],
        counts: { total: 33, passed: 31, failed: 2, skipped: 0 },
      }),
    },
    { type: "attempt.ended", attempt, stage: "failed", reason: "the same 2 tests are red" },
  ];
};

/** The events of the run so far. */
export const runFacts: readonly Fact[] = [
  {
    type: "plan.saved",
    plan: "billing",
    sourceFile: "billing.md",
    file: ".conductor/plans/billing.yaml",
    status: "imported",
    metadata: {},
  },
  { type: "session.started", session: sampleSession() },
  {
    type: "gate.judged",
    attempt: null,
    session: "run-1",
    receipt: sampleReceipt("base", { phase: "baseline", counts: { total: 30, passed: 30, failed: 0, skipped: 0 } }),
  },
  ...landedStory("TASK-001"),
  { type: "attempt.started", attempt: sampleAttempt("TASK-002"), token: "secret-token" },
  stage("run-1/TASK-002/1", "running"),
  { type: "attempt.started", attempt: sampleAttempt("TASK-003"), token: "secret-token" },
  {
    type: "decision.asked",
    decision: sampleDecision("A1", {
      task: "TASK-003",
      attempt: "run-1/TASK-003/1",
      text: "Adds db/migrations/0042_invoice_lines.sql (+18 -0)",
      options: [],
      recommended: null,
      reversible: false,
      evidence: ["database_migrations: db/migrations/0042_invoice_lines.sql"],
      tree: "81c2f0e".padEnd(40, "0"),
      deadline: "2026-11-21T06:00:00Z",
      askedAt: "2026-11-20T22:10:00.000Z",
    }),
  },
  stage("run-1/TASK-003/1", "waiting-approval"),
  ...failing(1),
  ...failing(2),
];

export const runState: RunState = foldEvents(eventsOf(runFacts));

const task = (id: string, title: string, over: Partial<TaskFacts> = {}): TaskFacts => ({
  id,
  title,
  status: "todo",
  key: `billing/${id.slice(-1)}`,
  children: [],
  depends_on: [],
  metadata: { plan: { id: "billing", key: id.slice(-1), requirements: [`R${id.slice(-1)}`] } },
  ...over,
});

export const runTasks: readonly TaskFacts[] = [
  task("TASK-000", "Billing", { key: "billing/0", children: ["TASK-001", "TASK-002"] }),
  task("TASK-001", "Credit notes", { status: "done" }),
  task("TASK-002", "Invoice PDF: line item table", { status: "in-progress" }),
  task("TASK-003", "Invoice lines as rows", { status: "blocked" }),
  task("TASK-004", "Reverse charge for EU firms", { status: "blocked" }),
  task("TASK-005", "VAT report", { depends_on: ["TASK-004"] }),
  task("TASK-006", "Export to DATEV", { depends_on: ["TASK-003"] }),
];

const planTask = (key: string, title: string, proof: string | null): PlanTask =>
  blankTask(key, title, { acceptance: [{ text: `${title} works`, proof }], requirements: [`R${key}`] });

export const samplePlan = (proof: string | null = "test credit.test.ts"): Plan => ({
  version: 1,
  id: "billing",
  status: "imported",
  planner: { name: "outline", model: null },
  sources: [{ path: "billing.md", sha256: "0".repeat(64) }],
  requirements: ["1", "2", "9"].map((n) => ({
    id: `R${n}`,
    level: "must" as const,
    text: `Requirement ${n} | with <b>markup</b>`,
    acceptance: [],
    source: `billing.md#L${n}`,
    quote: "",
  })),
  tasks: [planTask("1", "Credit notes", proof), planTask("2", "Invoice PDF", null)],
  non_goals: [],
  questions: [],
  assumptions: ["A reminder is sent after 14 days"],
});

export const goodGit: GitAudit = {
  target: "3f9c2d1".padEnd(40, "0"),
  integration: "TASK-001-commit",
  landed: [{ commit: "TASK-001-commit", tree: "TASK-001-tree", reachable: true }],
  lost: [],
};

export const runNow: ReportFacts = {
  now: "2026-11-20T22:30:00Z",
  tasks: runTasks,
  plan: samplePlan(),
  git: goodGit,
  driven: true,
};
