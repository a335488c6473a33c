/** Reading what happened in a store. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** The input of `event.list`: what came after the cursor `since`. */
export const ListEvents = z.strictObject({
  since: z.number().int().min(0).optional(),
  /** Only events of these types; `task.*` is all of a kind. */
  type: z.array(z.string().max(LIMITS.word)).max(LIMITS.listItems).optional(),
  /** Events a page. Default 500. */
  limit: z.number().int().min(1).max(LIMITS.events).optional(),
});
export type ListEvents = z.infer<typeof ListEvents>;
