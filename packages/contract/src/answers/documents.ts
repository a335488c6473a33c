/** What briefs, exports and batches answer, as schemas. */
import { z } from "zod";
import { BRIEF_SECTIONS } from "../context.ts";
import { Task } from "../task.ts";

const word = z.string();
const count = z.number().int();

const Exported = Task.omit({
  category_of_status: true,
  children: true,
  blocks: true,
  actual_minutes: true,
  progress: true,
  ready: true,
  leaves: true,
  acceptance: true,
  claim: true,
}).extend({
  satisfied: z.boolean(),
  acceptance: z.array(z.object({ text: word, checked: z.boolean(), evidence: word.nullable() })),
  notes: z.array(z.object({ id: word, type: word, text: word, at: word, by: word })),
  sessions: z.array(z.object({ name: word, started_at: word, ended_at: word.nullable(), actor: word })),
  active_ms: z.number(),
  active_since: word.nullable(),
  claim: z.object({ by: word, lease_until: word, lease_s: z.number().nullable() }).nullable(),
  fence: count,
  uids: z.record(z.string(), word).optional(),
  history: z
    .array(
      z.object({
        op: word,
        command: word,
        at: word,
        actor: word,
        session: word.nullable(),
        entity: word,
        before: z.unknown(),
        after: z.unknown(),
      }),
    )
    .optional(),
});

/** Kind → `data`. */
export const DOCUMENT_ANSWERS = {
  "task.context": z.object({
    id: word,
    budget: count,
    tokens: count,
    sections: z.array(z.object({ name: z.enum(BRIEF_SECTIONS), items: z.array(word), left_out: count })),
    shortened: count,
    text: word,
  }),
  "task.export": z.array(Exported),
  batch: z.array(
    z.object({
      where: word,
      op: word,
      ref: word.nullable(),
      ids: z.array(word),
      data: z.unknown(),
      warnings: z.array(word),
    }),
  ),
} as const;
