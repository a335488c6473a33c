import type { Session } from "@taskwerk/contract/session";
import type { Output } from "@taskwerk/terminal/output";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";

/** What `--fields` of a session may name. */
export const SESSION_FIELDS = ["id", "started_at", "ended_at", "actor", "ops", "undone", "tasks"] as const;

/** One session, and what became of it. */
export const sessionView = (say: string): View<Session> => ({
  fields: ["id", "started_at", "ended_at", "actor"],
  known: SESSION_FIELDS,
  items: (session) => [{ ...session }],
  screen: (output, { data }) => output.line(`${data.id}  ${say}  `, dim(countsOf(data))),
});

/** What it changed, in numbers. */
export function countsOf({ ops, undone, tasks }: Session): string {
  const back = undone > 0 ? `, ${undone} of them taken back` : "";
  return `${ops} ${ops === 1 ? "operation" : "operations"}${back}, ${tasks} ${tasks === 1 ? "task" : "tasks"}`;
}

/** When, the way it is read here. */
export const whenOf = (output: Output, moment: string | null): string =>
  moment === null ? "" : output.isTTY ? relativeTime(moment, output.now()) : moment;
