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

/** What an event says: what was and what is, null where there was or is nothing. Its type may add more. */
export interface EventData {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly [more: string]: unknown;
}

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
  /** Of events that an older version wrote, and of tasks that were purged, `before` and `after` may be missing. */
  readonly data: Partial<EventData>;
}
