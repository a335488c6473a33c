import { WerkError } from "@taskwerk/contract/errors";
import { STATUSES, type Status, statusNamed, TRANSITIONS } from "@taskwerk/contract/status";

/** A status as it is typed, also `completed`, `in_progress` …. Throws INVALID_STATUS. */
export function parseStatus(text: unknown): Status {
  const found = statusNamed(String(text));
  if (found) return found;
  throw new WerkError("INVALID_STATUS", `there is no status "${text}".`, {
    hint: `Use one of:  ${STATUSES.join(", ")}`,
    field: "status",
    given: String(text),
    candidates: STATUSES,
  });
}

/** True for a status in which nothing remains to be done. */
export const isClosed = (status: Status): boolean => status === "done" || status === "cancelled";

/**
 * Throws INVALID_TRANSITION when a task may not go from one status to the other, or `only` names others than the one it
 * is in. What is closed goes back to todo only where `only` says so: `reopen` does, and nothing opens it in passing.
 * Staying is always allowed.
 */
export function checkMove(id: string, from: Status, to: Status, only?: readonly Status[]): void {
  if (from === to) return;
  const allowed = TRANSITIONS[from];
  const isNamed = only === undefined ? !isClosed(from) : only.includes(from);
  if (allowed.includes(to) && isNamed) return;
  const message =
    allowed.includes(to) && only !== undefined
      ? `${id} is ${from}, not ${only.join(" or ")}.`
      : `${id} is ${from} and ${isClosed(from) && to === "todo" ? "becomes todo by reopen only" : `cannot become ${to}`}.`;
  const verbs = allowed.map((status) => verbFor(from, status));
  throw new WerkError("INVALID_TRANSITION", message, {
    hint: isClosed(from) ? `To open it again:  taskwerk reopen ${id}` : `From ${from} there is:  ${verbs.join(", ")}`,
    field: "status",
    given: to,
    details: { id, from, to, ...(only === undefined ? { allowed } : { only }) },
  });
}

/** The words that move a task: where to, and, where two lead to the same status, from where. */
export const MOVES = {
  start: { to: "in-progress" },
  done: { to: "done" },
  block: { to: "blocked" },
  unblock: { to: "todo", from: ["blocked"] },
  review: { to: "review" },
  pause: { to: "paused" },
  reopen: { to: "todo", from: ["done", "cancelled"] },
  cancel: { to: "cancelled" },
} as const satisfies Readonly<Record<string, { readonly to: Status; readonly from?: readonly Status[] }>>;
export type MoveName = keyof typeof MOVES;

/** How a person types that move, without the id. */
export function verbFor(from: Status, to: Status): string {
  if (to === "todo") return isClosed(from) ? "reopen" : from === "blocked" ? "unblock" : "update --status todo";
  return {
    "in-progress": "start",
    review: "review",
    blocked: "block",
    paused: "pause",
    done: "done",
    cancelled: "cancel",
  }[to];
}

/** The event that tells of a move. */
export function eventOf(from: Status, to: Status) {
  if (to === "done") return "task.completed";
  if (to === "cancelled") return "task.cancelled";
  if (isClosed(from)) return "task.reopened";
  if (to === "blocked") return "task.blocked";
  if (from === "blocked") return "task.unblocked";
  return "task.status_changed";
}
