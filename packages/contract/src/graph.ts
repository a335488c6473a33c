/** How tasks hang together: what they are parts of, and what waits for what. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** The input of `task.move`: tasks with all below them go under `parent`, or to the top (null). Their ids stay. */
export const MoveTasks = z.strictObject({
  ids: z.array(z.string()).min(1).max(LIMITS.ids),
  parent: z.string().nullable(),
});
export type MoveTasks = z.infer<typeof MoveTasks>;
