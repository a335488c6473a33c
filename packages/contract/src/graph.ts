/** How tasks hang together: what they are parts of, and what waits for what. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** The input of `task.move`: tasks with all below them go under `parent`, or to the top (null). Their ids stay. */
export const MoveTasks = z.strictObject({
  ids: z.array(z.string()).min(1).max(LIMITS.ids),
  parent: z.string().nullable(),
});
export type MoveTasks = z.infer<typeof MoveTasks>;

/** The input of `task.split`: a part for each title, below the task, as urgent as it is. */
export const SplitTask = z.strictObject({
  id: z.string(),
  titles: z.array(z.string().trim().min(1).max(LIMITS.title)).min(1).max(LIMITS.listItems),
  /** The parts share its estimate. */
  divide_estimate: z.boolean().optional(),
  claim: z.string().optional(),
});
export type SplitTask = z.infer<typeof SplitTask>;
