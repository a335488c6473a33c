/** What answers about tasks hold, as schemas. */
import { z } from "zod";
import { COUNTABLE } from "../search.ts";
import { STATUSES } from "../status.ts";
import { Task } from "../task.ts";

const word = z.string();
const count = z.number().int();

export const Note = z.object({ id: word, task: word, type: word, text: word, at: word, by: word });
export const Write = z.object({ changed: z.array(Task), unchanged: z.array(Task), unblocked: z.array(Task) });
const Grant = z.object({ token: word, fence: count, lease_until: word });
const Spread = z.object({ count, median_minutes: z.number(), p90_minutes: z.number() });

/** A counter a status, as the table of statuses has them. */
const byStatus = z.record(z.string(), count).describe(`Tasks by status: ${STATUSES.join(", ")}`);

/** Kind → `data`. */
export const TASK_ANSWERS = {
  "store.status": z.object({
    version: word,
    api: count,
    store: word,
    tasks: byStatus,
    ready: count,
    archived: count,
    deleted: count,
    cursor: count,
  }),
  "task.list": z.array(Task),
  "task.ready": z.array(Task),
  "task.last": z.object({ id: word }),
  "task.search": z.array(Task.extend({ found_in: z.enum(["title", "description", "notes"]), snippet: word })),
  "task.stats": z.object({
    by: z.enum(COUNTABLE),
    total: count,
    open: count,
    done: count,
    groups: z.array(z.object({ value: word.nullable(), total: count, open: count, done: count })),
    throughput: z.array(z.object({ from: word, done: count })),
    lead: Spread.nullable(),
    active: Spread.nullable(),
  }),
  "task.show": Task.extend({ notes: z.array(Note) }),
  "task.add": Write,
  "task.update": z.union([Write, z.object({ created: z.literal(0), updated: count, skipped: count, list: word })]),
  "task.transition": Write.extend({ next: z.object({ task: Task, claim: Grant }).nullable().optional() }),
  "task.import": z.object({
    created: count,
    updated: count,
    skipped: count,
    format: word.nullable(),
    ids: z.record(z.string(), word),
    new_ids: z.array(word),
    list: word,
  }),
  "task.note": Note,
  "task.deps": Write,
  "task.move": Write,
  "task.split": Write,
  "task.criteria": Write,
  "task.link": Write,
  "task.delete": Write,
  "task.archive": Write,
  "task.restore": Write,
  "task.purge": z.object({ purged: z.array(word), dry_run: z.boolean() }),
  "tag.rename": z.object({ from: word, to: word, tasks: count, list: word }),
  "claim.take": Write.extend({ claim: Grant }),
  "claim.heartbeat": Write.extend({ claim: Grant }),
  "claim.release": Write,
  "claim.revoke": Write,
} as const;
