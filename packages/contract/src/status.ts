/** The words of a task's life. No imports: the hot path uses them. */

/** Every status, in the order of a life without trouble; those at the end are closed. */
export const STATUSES = ["todo", "in-progress", "review", "blocked", "paused", "done", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

/** Every priority, the most urgent first. */
export const PRIORITIES = ["critical", "high", "medium", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a status means to someone who only wants to know whether work remains. */
export type StatusCategory = "open" | "active" | "waiting" | "closed";

/** What each status means for that. */
export const CATEGORY_OF: Readonly<Record<Status, StatusCategory>> = {
  todo: "open",
  "in-progress": "active",
  review: "active",
  blocked: "waiting",
  paused: "waiting",
  done: "closed",
  cancelled: "closed",
};

/** Other spellings that are understood on input. */
const STATUS_ALIASES: Readonly<Record<string, Status>> = {
  active: "in-progress",
  in_progress: "in-progress",
  inprogress: "in-progress",
  started: "in-progress",
  completed: "done",
  complete: "done",
  closed: "done",
  resolved: "done",
  pending: "todo",
  open: "todo",
  new: "todo",
  canceled: "cancelled",
};

/** The status that a word means, in any spelling; undefined for none. */
export function statusNamed(word: string): Status | undefined {
  const given = word.trim().toLowerCase();
  const found = STATUSES.find((status) => status === given);
  return found ?? (Object.hasOwn(STATUS_ALIASES, given) ? STATUS_ALIASES[given] : undefined);
}

/** The transitions that are allowed; the same state is always success. */
export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  todo: ["in-progress", "blocked", "done", "cancelled"],
  "in-progress": ["review", "done", "blocked", "paused", "todo", "cancelled"],
  review: ["done", "in-progress", "blocked", "cancelled"],
  blocked: ["todo", "in-progress", "cancelled"],
  paused: ["in-progress", "todo", "cancelled"],
  done: ["todo"],
  cancelled: ["todo"],
};
