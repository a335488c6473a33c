/** What a rehearsal showed, counted from its journal. Pure. */
import type { ScenarioExpectation } from "@taskwerk/rehearsal/scenario";
import { counted } from "../../model/counted.ts";
import type { JournalEvent } from "../../model/event.ts";
import type { Stage } from "../../model/run.ts";
import type { Report } from "../../report/report.ts";
import { STUCK } from "../../report/task-report.ts";

export interface Showed {
  readonly tasks: number;
  readonly landed: number;
  /** Tasks that wait for a person. */
  readonly waiting: number;
  /** Tasks that failed, are blocked, or changed nothing. */
  readonly stuck: number;
  /** Times that work was not taken as it was: sent back, stopped for approval, or refused. */
  readonly refused: number;
  /** The same one by one, in the order in which it happened. */
  readonly refusals: readonly { readonly task: string; readonly why: string }[];
  readonly redRounds: number;
  readonly loops: number;
  readonly questions: number;
  readonly answers: number;
  readonly approvals: number;
  readonly rejections: number;
  /** Conflicts that were settled or handed over, by who had to. */
  readonly conflicts: {
    readonly lockfiles: number;
    readonly recorded: number;
    readonly agent: number;
    readonly person: number;
  };
  readonly kills: number;
  /** Times that the provider took no requests, and everybody waited for it. */
  readonly pauses: number;
  /** Trees that were saved of work that got no further. */
  readonly saved: number;
  readonly events: number;
  readonly seconds: number;
}

/** How an attempt ends whose work is not taken. */
const REFUSED: ReadonlySet<Stage> = new Set<Stage>(["no-change", "blocked", "failed"]);

/** Counts over the session's events and its report; kills are known to who drove it. */
export function showedBy(events: readonly JournalEvent[], report: Report, kills: number): Showed {
  const taskOf = new Map(
    events.flatMap((event) =>
      event.type === "attempt.started" ? [[event.attempt.id, event.attempt.task] as const] : [],
    ),
  );
  const refusals = events.flatMap((event): readonly { task: string; why: string }[] => {
    if (event.type === "attempt.stage" && event.stage === "rework")
      return [{ task: taskOf.get(event.attempt) ?? event.attempt, why: event.reason ?? "sent back" }];
    if (event.type === "attempt.ended" && REFUSED.has(event.stage))
      return [{ task: taskOf.get(event.attempt) ?? event.attempt, why: event.reason ?? event.stage }];
    if (event.type === "decision.asked" && event.decision.kind === "approval")
      return [{ task: event.decision.task, why: `stopped for approval ${event.decision.id}: ${event.decision.text}` }];
    return [];
  });
  const met = events.flatMap((event) =>
    event.type === "conflict.met" && event.outcome !== "passed" ? [event.rung] : [],
  );
  const { people, tasks, counts, gates, loops, salvage, session, flow } = report;
  return {
    tasks: counts.total,
    landed: counts.landed,
    waiting: tasks.filter(({ waitsFor }) => waitsFor.length > 0).length,
    stuck: tasks.filter(({ state }) => STUCK.has(state)).length,
    refused: refusals.length,
    refusals,
    redRounds: gates.reworkRounds,
    loops: loops.length,
    questions: people.questions,
    answers: people.answers,
    approvals: people.approved,
    rejections: people.rejected,
    conflicts: {
      lockfiles: met.filter((rung) => rung === "lockfiles").length,
      recorded: met.filter((rung) => rung === "recorded").length,
      agent: met.filter((rung) => rung === "agent").length,
      person: met.filter((rung) => rung === "person").length,
    },
    kills,
    pauses: flow.pauses,
    saved: salvage.length,
    events: events.length,
    seconds: Math.ceil(session.durationMs / 1000),
  };
}

/** What came out otherwise than the scenario expects, each in a sentence; nothing when all is as expected. */
export function surprises(showed: Showed, expected: ScenarioExpectation = {}): readonly string[] {
  const { landed, waiting, stuck, kills, conflicts, refused, pauses } = showed;
  const met = conflicts.lockfiles + conflicts.recorded + conflicts.agent + conflicts.person;
  const exactly = [
    ["landed", landed, expected.landed],
    ["wait for a person", waiting, expected.waiting],
    ["failed, blocked or without a change", stuck, expected.stuck],
  ] as const;
  const atLeast = [
    ["kill", kills, expected.kills],
    ["conflict", met, expected.conflicts],
    ["refusal", refused, expected.refused],
    ["pause", pauses, expected.pauses],
  ] as const;
  return [
    ...exactly.flatMap(([what, is, want]) =>
      want === undefined || is === want ? [] : [`${is} ${what}, and ${want} were expected`],
    ),
    ...atLeast.flatMap(([what, is, want]) =>
      want === undefined || is >= want ? [] : [`${counted(is, what)}, and at least ${want} were expected`],
    ),
  ];
}

/** The same in a few lines, for people: only what there was. */
export function showedInWords(showed: Showed): readonly string[] {
  const {
    conflicts,
    refused,
    redRounds,
    loops,
    questions,
    answers,
    approvals,
    rejections,
    kills,
    pauses,
    saved,
    waiting,
    stuck,
  } = showed;
  const met = conflicts.lockfiles + conflicts.recorded + conflicts.agent + conflicts.person;
  const settled = [
    ...some(conflicts.lockfiles, "by new lockfiles"),
    ...some(conflicts.recorded, "as before"),
    ...some(conflicts.agent, "given back to an agent"),
    ...some(conflicts.person, "left to a person"),
  ];
  return [
    ...(kills === 0 ? [] : [`conductor was killed ${times(kills)} with kill -9, and went on`]),
    ...(pauses === 0
      ? []
      : [`the provider took no requests ${times(pauses)}; all waited for it, and no attempt was charged`]),
    ...(refused === 0
      ? []
      : [
          `${counted(refused, "time")} work was not taken as it was${redRounds === 0 ? "" : ` (${counted(redRounds, "red round")})`}`,
        ]),
    ...(loops === 0 ? [] : [`${counted(loops, "loop was", "loops were")} noticed`]),
    ...(met === 0 ? [] : [`${counted(met, "conflict")}: ${settled.join(", ")}`]),
    ...(questions === 0 ? [] : [`${counted(questions, "question")}, ${answers} answered`]),
    ...(approvals + rejections === 0 ? [] : [`${counted(approvals, "approval")}, ${counted(rejections, "rejection")}`]),
    ...(waiting === 0
      ? []
      : [`${counted(waiting, "task waits", "tasks wait")} for a person, and nothing approved itself`]),
    ...(stuck === 0 ? [] : [`${counted(stuck, "task")} did not get done, and ${stuck === 1 ? "says" : "say"} why`]),
    ...(saved === 0 ? [] : [`${counted(saved, "tree")} in salvage`]),
  ];
}

const some = (n: number, words: string): readonly string[] => (n === 0 ? [] : [`${n} ${words}`]);
const times = (n: number): string => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);
