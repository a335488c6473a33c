/** What hangs on a task beside its fields: criteria, links, tags. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { LINK_TYPES } from "./link-types.ts";

const numbers = z.array(z.number().int().min(1)).max(LIMITS.listItems);

/** The input of `task.criteria`: texts to add, and numbers of criteria to check, uncheck or take away. */
export const EditCriteria = z.strictObject({
  id: z.string(),
  add: z.array(z.string().trim().min(1).max(LIMITS.text)).max(LIMITS.listItems).optional(),
  check: numbers.optional(),
  uncheck: numbers.optional(),
  remove: numbers.optional(),
  /** What shows that those under `check` hold. */
  evidence: z.string().max(LIMITS.text).nullish(),
  /** The token of the claim on the task: without its last criterion a group closes. */
  claim: z.string().optional(),
});
export type EditCriteria = z.infer<typeof EditCriteria>;

const links = z
  .array(z.strictObject({ type: z.enum(LINK_TYPES), target: z.string().trim().min(1).max(LIMITS.item) }))
  .max(LIMITS.listItems);

/** The input of `task.link`. */
export const EditLinks = z.strictObject({ id: z.string(), add: links.optional(), remove: links.optional() });
export type EditLinks = z.infer<typeof EditLinks>;

/** The input of `tag.rename`: every task that has the one gets the other instead, archived ones too. */
export const RenameTag = z.strictObject({
  from: z.string().min(1).max(LIMITS.tag),
  to: z.string().min(1).max(LIMITS.tag),
});
export type RenameTag = z.infer<typeof RenameTag>;

/** `data` of `tag.rename`. */
export interface RenamedTag {
  readonly from: string;
  readonly to: string;
  /** How many tasks had it. */
  readonly tasks: number;
  /** What lists them. */
  readonly list: string;
}
