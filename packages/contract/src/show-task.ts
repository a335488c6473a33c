/** Looking at one task. */
import { z } from "zod";

/** The input of `task.show`. */
export const ShowTask = z.strictObject({ id: z.string().min(1) });
export type ShowTask = z.infer<typeof ShowTask>;
