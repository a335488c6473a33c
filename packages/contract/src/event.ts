/** What happened in a store, in order. After CloudEvents 1.0: id, type, time, subject. Types only. */

/** What can happen. A type keeps its meaning; new ones may come. */
export const EVENT_TYPES = [
  "task.created",
  "task.updated",
  "task.status_changed",
  "task.completed",
  "task.reopened",
  "task.cancelled",
  "task.archived",
  "task.deleted",
  "task.restored",
  "task.moved",
  "task.claimed",
  "task.claim_released",
  "task.claim_expired",
  "task.blocked",
  "task.unblocked",
  "task.ready",
  "task.note_added",
  "task.tag_changed",
  "task.dep_added",
  "task.dep_removed",
  "task.criterion_checked",
  "session.started",
  "session.ended",
  "session.undone",
  "import.completed",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One thing that happened, to one task or session. */
export interface TaskEvent {
  readonly id: string;
  /** Grows by one with every event of the store; `?since=` takes it. */
  readonly cursor: number;
  readonly type: EventType;
  readonly time: string;
  readonly actor: string;
  readonly session: string | null;
  readonly op: string;
  /** The display id of the task, or the session's name. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}
