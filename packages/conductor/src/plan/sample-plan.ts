/** For tests: small plans. */
import { blankTask } from "../model/blank-task.ts";
import type { Plan, PlanTask, Requirement } from "../model/plan.ts";

/** A task with nothing but what is given. */
export const sampleTask = (key: string, fields: Partial<PlanTask> = {}): PlanTask =>
  blankTask(key, `Title of ${key}`, { source: "prd.md#L1", quote: "# PRD", ...fields });

export const sampleRequirement = (id: string, fields: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "must",
  text: `Text of ${id}`,
  acceptance: ["it is seen"],
  source: "prd.md#L2",
  quote: `- ${id}`,
  ...fields,
});

export const samplePlan = (tasks: readonly PlanTask[], fields: Partial<Plan> = {}): Plan => ({
  version: 1,
  id: "prd-0a1b2c",
  status: "draft",
  planner: { name: "outline", model: null },
  sources: [{ path: "prd.md", sha256: "00" }],
  requirements: [],
  tasks,
  non_goals: [],
  questions: [],
  assumptions: [],
  ...fields,
});
