/** The first lines of a report and its last one. Pure. */
import { branchOf } from "../model/branch-of.ts";
import { counted } from "../model/counted.ts";
import { short } from "../model/short.ts";
import type { Report } from "./report.ts";
import { takenBackInWords } from "./taken-back.ts";
import { duration, moment, momentAfter } from "./times.ts";

export interface Headline {
  readonly name: string;
  /** From when to when, and how long. */
  readonly when: string;
  /** The answer, then what was done before, then what is safe. */
  readonly sentences: readonly string[];
}

/** What it is about and how it stands, in times of `zone`. */
export function headlineOf(report: Report, zone: string): Headline {
  const { session, plan, counts } = report;
  const back = takenBackInWords(report.takenBack);
  const until =
    session.endedAt === null
      ? `, ${stateInWords(report)}`
      : ` to ${momentAfter(session.endedAt, session.startedAt, zone)}`;
  return {
    name: plan === null ? session.id : `${session.id}  ${plan.id}`,
    when: `${moment(session.startedAt, zone)}${until} (${duration(session.durationMs)})`,
    sentences: [
      summary(report),
      ...(back === null ? [] : [`${back}.`]),
      ...(counts.before > 0
        ? [`${counted(counts.before, "task")} ${counts.before === 1 ? "was" : "were"} done before this session.`]
        : []),
      safety(report),
    ],
  };
}

/** What it is doing now; waiting is never called running. */
function stateInWords({ outcome, session }: Pick<Report, "outcome" | "session">): string {
  switch (outcome) {
    case "complete":
      return "finished";
    case "waiting":
      return "waits for you";
    case "working":
      return session.driven ? "running" : "not running";
    case "incomplete":
      return session.driven ? "nothing left that it can do" : "not running";
  }
}

/** The answer in a sentence or two. */
function summary({ counts, session, requirements }: Report): string {
  const tasks = `${counts.landed} of ${counted(counts.total, "task")} landed on ${branchOf(session.integration)}.`;
  if (requirements === null || requirements.length === 0) return tasks;
  const proven = requirements.filter(({ state }) => state === "proven").length;
  return `${tasks} ${proven} of ${counted(requirements.length, "requirement is", "requirements are")} proven.`;
}

function safety({ session, git }: Report): string {
  const name = branchOf(session.target);
  const parts = [
    ...(git === null
      ? []
      : [
          git.target === session.targetCommit
            ? `${name} is still ${short(session.targetCommit)}`
            : `${name} is not where it was`,
        ]),
    "nothing was pushed",
    ...(git !== null && git.lost.length === 0 && git.landed.every(({ reachable }) => reachable)
      ? ["nothing was lost"]
      : []),
  ];
  const text = `${parts.join(", ")}.`;
  return git === null ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** With which exit code it ended, and why; null while it works. */
export function endOf({ outcome, counts, exit }: Report): string | null {
  switch (outcome) {
    case "complete":
      return counts.total === 0 ? "exit 0: there was nothing to do" : "exit 0: everything landed";
    case "waiting":
      return `exit ${exit}: only people can move it on, ${counted(counts.notLanded, "task")} not landed`;
    case "incomplete":
      return `exit ${exit}: ${counted(counts.notLanded, "task")} not landed`;
    case "working":
      return null;
  }
}
