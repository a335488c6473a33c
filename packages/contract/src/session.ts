/** Sessions: names under which changes are made, so that they can be found and taken back together. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import type { LoggedOp } from "./log.ts";

const name = z.string().min(1).max(LIMITS.word);

/** The input of `session.start` and `session.end`. */
export const NamedSession = z.strictObject({ session: name });
export type NamedSession = z.infer<typeof NamedSession>;

/** The input of `session.list`, the newest first. */
export const ListSessions = z.strictObject({
  /** Only those that have not ended. */
  active: z.boolean().optional(),
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ListSessions = z.infer<typeof ListSessions>;

/** The input of `session.show`. */
export const ShowSession = z.strictObject({
  session: name,
  /** Operations a page; 0 = all of them. Default 50. */
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ShowSession = z.infer<typeof ShowSession>;

/** A session, in numbers. */
export interface Session {
  readonly id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** Who began it. */
  readonly actor: string;
  /** Operations in it that changed something, how many of them are taken back, and tasks that it changed. */
  readonly ops: number;
  readonly undone: number;
  readonly tasks: number;
}

/** `data` of `session.show`: the session and what it changed, the newest operation first. */
export interface ShownSession extends Session {
  readonly log: readonly LoggedOp[];
}
