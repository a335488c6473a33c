/** Adding a task. */
import { z } from "zod";
import { acceptanceInput, fields, status, strings, text, title } from "./fields.ts";
import { LIMITS } from "./limits.ts";

/** The input of `task.add`. Ids in `parent`, `depends_on`, `blocks` take any id form. */
export const AddTask = z.strictObject({
  title,
  ...fields,
  status: status.optional(),
  tags: strings.optional(),
  parent: z.string().nullish(),
  depends_on: strings.optional(),
  blocks: strings.optional(),
  acceptance: acceptanceInput.optional(),
  key: z.string().max(LIMITS.key).nullish(),
  if_absent: z.boolean().optional(),
  note: text.optional(),
});
export type AddTask = z.infer<typeof AddTask>;
