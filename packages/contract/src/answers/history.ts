/** What answers about what happened hold, as schemas. */
import { z } from "zod";
import { EVENT_TYPES } from "../event.ts";
import { Write } from "./tasks.ts";

const word = z.string();
const count = z.number().int();
const values = z.record(z.string(), z.unknown());

const Op = { op: word, at: word, actor: word, session: word.nullable(), command: word };
const LoggedOp = z.object({
  ...Op,
  seq: count,
  undo_of: z.array(word),
  undone_by: word.nullable(),
  summary: z.array(word),
  changes: z.array(
    z.object({
      task: word.nullable(),
      subject: word,
      entity: word,
      before: values.nullable(),
      after: values.nullable(),
    }),
  ),
  changes_total: count,
});
const Undone = Write.extend({
  op: word.nullable(),
  dry_run: z.boolean(),
  undone: z.array(z.object(Op)),
  restored: z.array(z.object({ task: word, field: word, from: z.unknown(), to: z.unknown() })),
  restored_total: count,
  tasks: count,
});
const Session = z.object({
  id: word,
  started_at: word,
  ended_at: word.nullable(),
  actor: word,
  ops: count,
  undone: count,
  tasks: count,
});

/** Kind → `data`. */
export const HISTORY_ANSWERS = {
  "task.history": z.array(
    z.object({ ...Op, undone: z.boolean(), field: word, before: z.unknown(), after: z.unknown() }),
  ),
  "op.list": z.array(LoggedOp),
  "op.undo": Undone,
  "session.list": z.array(Session),
  "session.show": Session.extend({ log: z.array(LoggedOp) }),
  "session.start": Session,
  "session.end": Session,
  "session.undo": Undone,
  "db.check": z.object({
    ok: z.boolean(),
    store: word,
    tasks: count,
    ops: count,
    changes: count,
    events: count,
    problems: z.array(
      z.object({
        check: z.enum(["file", "keys", "chain", "rows", "counters", "search"]),
        message: word,
        op: word.optional(),
        seq: count.optional(),
      }),
    ),
  }),
  "event.list": z.array(
    z.object({
      id: word,
      cursor: count,
      type: z.enum(EVENT_TYPES),
      time: word,
      actor: word,
      session: word.nullable(),
      op: word,
      subject: word,
      data: values,
    }),
  ),
} as const;
