/** Writing a note on a task. */
import { z } from "zod";
import { text } from "./fields.ts";
import { NOTE_TYPES } from "./note.ts";

/** The input of `task.note`. */
export const AddNote = z.strictObject({
  id: z.string(),
  text: text.min(1),
  type: z.enum(NOTE_TYPES).optional(),
});
export type AddNote = z.infer<typeof AddNote>;
