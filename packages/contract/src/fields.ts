/** What the inputs of operations on tasks are made of. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { statusNamed } from "./status.ts";
import { Priority, Status } from "./task.ts";

/** A title: a line that says something. */
export const title = z.string().trim().min(1).max(LIMITS.title);
/** Prose: a description, a reason, a note. */
export const text = z.string().max(LIMITS.text);
/** Tags, ids, globs: short words, each at least a character. */
export const strings = z.array(z.string().min(1).max(LIMITS.item)).max(LIMITS.listItems);

/** A query, e.g. `priority:high.. -tag:wip due:..7d`. */
export const query = z.string().max(LIMITS.query).optional();

/** A status as input takes it: also in another spelling, e.g. `completed`. */
export const status = z.preprocess((word) => (typeof word === "string" ? (statusNamed(word) ?? word) : word), Status);

/** Criteria as they are written down: a text, or a text with what is known of it. */
export const acceptanceInput = z.array(
  z.union([
    z.string(),
    z.object({ text: z.string(), checked: z.boolean().optional(), evidence: z.string().nullish() }),
  ]),
);

/** The fields that a task can be given whenever it is written. */
export const fields = {
  description: text.nullish(),
  priority: Priority.optional(),
  type: z.string().max(LIMITS.type).nullish(),
  assignee: z.string().max(LIMITS.word).nullish(),
  category: z.string().max(LIMITS.word).nullish(),
  files: strings.optional(),
  capabilities: strings.optional(),
  due_at: z.string().nullish(),
  defer_until: z.string().nullish(),
  estimate_minutes: z.number().int().min(0).nullish(),
  metadata: z.record(z.string(), z.unknown()).optional(),
};
