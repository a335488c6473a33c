import { CATEGORY_OF, STATUSES, type Status, TRANSITIONS } from "@taskwerk/contract/status";

/** What moves a task to a status; reopening alone brings back what is closed. */
const COMMANDS: Readonly<Record<Status, string>> = {
  todo: "unblock, release",
  "in-progress": "start, claim",
  review: "review",
  blocked: "block",
  paused: "pause",
  done: "done",
  cancelled: "cancel",
};

/** `help statuses`, from the table of moves. */
export const statusesHelp = (): readonly string[] => [
  "STATUS       IS       BY                FROM HERE TO",
  ...STATUSES.map((status) =>
    [
      status.padEnd(11),
      CATEGORY_OF[status].padEnd(7),
      COMMANDS[status].padEnd(16),
      CATEGORY_OF[status] === "closed" ? "todo, by reopen only" : TRANSITIONS[status].join(", "),
    ].join("  "),
  ),
  "",
  "A task that is there already stays so: success, with the task under `unchanged`.",
  "update --status takes these words too; only reopen opens what is closed:",
  "  active, started, in_progress = in-progress     pending, open, new = todo",
  "  complete, completed, closed, resolved = done   canceled = cancelled",
  "",
  "ready is no status: it is todo, its time has come, nothing that it waits for is open,",
  "no child is open, nothing above it is blocked, and nobody has it.",
];
