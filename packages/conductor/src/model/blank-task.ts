import type { PlanTask } from "./plan.ts";

/** A task of a plan of which nothing is known but its title and `fields`. */
export const blankTask = (key: string, title: string, fields: Partial<PlanTask> = {}): PlanTask => ({
  key,
  parent: null,
  title,
  description: "",
  type: null,
  acceptance: [],
  depends_on: [],
  requirements: [],
  capabilities: [],
  files: [],
  estimate_minutes: null,
  complexity: null,
  priority: "medium",
  confidence: "high",
  questions: [],
  source: null,
  quote: null,
  done: false,
  ...fields,
});
