/** What a run did not land, and why. Pure. */
import { heldInWords } from "./claimed.ts";
import type { Report } from "./report.ts";
import type { TaskReport } from "./task-report.ts";
import type { TextOptions } from "./text.ts";

export interface LeftTask {
  readonly id: string;
  readonly title: string;
  readonly state: TaskReport["state"];
  readonly why: string;
  /** What to type; null where only time or another task helps. */
  readonly command: string | null;
}

const OVER: ReadonlySet<TaskReport["state"]> = new Set(["landed", "done", "cancelled"]);

/** Every task of the session that is neither landed nor done. `now`: RFC 3339. */
export const leftOf = (
  { tasks }: Pick<Report, "tasks">,
  now: string,
  layout: Pick<TextOptions, "zone">,
): readonly LeftTask[] =>
  tasks
    .filter(({ state }) => !OVER.has(state))
    .map((task) => ({
      id: task.id,
      title: task.title,
      state: task.state,
      why: whyOf(task, heldInWords(task, now, layout)),
      command: commandOf(task),
    }));

function whyOf({ state, reason, attempts, waitsFor, after }: TaskReport, held: string | null): string {
  if (waitsFor.length > 0) return `waits for you: ${waitsFor.join(", ")}`;
  if (held !== null) return held;
  if (state === "to-go" && after.length > 0) return `waits for ${after.join(", ")}`;
  if (state === "to-go") return (attempts > 0 ? reason : null) ?? "not begun";
  return reason === null ? state : `${state}: ${reason}`;
}

const commandOf = ({ waitsFor, cure }: TaskReport): string | null => (waitsFor.length > 0 ? "conductor inbox" : cure);
