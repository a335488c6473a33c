/** What needs the reader: the first thing a report says, and the command that opens each. Pure. */
import { branchOf } from "../model/branch-of.ts";
import { counted } from "../model/counted.ts";
import { short } from "../model/short.ts";
import { someOf } from "../model/some-of.ts";
import type { SessionState } from "../model/state.ts";
import type { Assumption } from "./assumptions.ts";
import type { GitAudit } from "./facts.ts";
import { startable } from "./go-on.ts";
import { STUCK, type TaskReport } from "./task-report.ts";
import type { RequirementTrace } from "./trace.ts";

export interface Need {
  /** `proof`: what the journal says does not agree with git or with its receipts; that comes first. */
  readonly kind: "proof" | "reverted" | "decision" | "stopped" | "failed" | "doubt" | "unproven" | "assumed" | "moved";
  /** Task, decision or requirement ids. */
  readonly about: readonly string[];
  readonly text: string;
  /** What it is in the single. */
  readonly items?: readonly string[];
  /** What to type; null when there is nothing to type. */
  readonly command: string | null;
  /** What to type once that is understood, so that it can be tried again. */
  readonly cure?: string;
}

export interface NeedsInput {
  readonly session: SessionState;
  /** Why it does not go on; null when nobody knows. */
  readonly why: string | null;
  /** What to type so that it goes on. */
  readonly next: readonly string[];
  readonly tasks: readonly TaskReport[];
  readonly requirements: readonly RequirementTrace[] | null;
  readonly assumptions: readonly Assumption[];
  readonly git: GitAudit | null;
  readonly driven: boolean;
}

/** Everything a person has to look at, most urgent first. */
export function needsOf(input: NeedsInput): readonly Need[] {
  return [
    ...withoutProof(input),
    ...revertedNeeds(input),
    ...decisions(input),
    ...stopped(input),
    ...failed(input),
    ...doubts(input),
    ...unproven(input),
    ...assumed(input),
    ...moved(input),
  ];
}

function withoutProof({ tasks, git }: NeedsInput): readonly Need[] {
  const bad = tasks.flatMap((task): readonly Need[] => {
    const { landed } = task;
    if (landed === null) return [];
    const texts = [
      ...(landed.unfounded.length > 0 ? [`receipts ${landed.unfounded.join(", ")} are not about its tree`] : []),
      ...(landed.receipts.length === 0 ? ["it has no receipt"] : []),
      ...landed.receipts
        .filter(({ required, result }) => required && result !== "pass")
        .map(({ gate, result }) => `gate ${gate} says "${result}"`),
      ...(landed.inGit === false ? ["git does not have it with this tree below the tip"] : []),
    ];
    if (texts.length === 0) return [];
    return [
      {
        kind: "proof",
        about: [task.id],
        text: `${task.id} landed as ${short(landed.commit)}, but ${texts.join("; ")}`,
        command: `conductor log ${task.id}`,
      },
    ];
  });
  const lost = git?.lost ?? [];
  return lost.length === 0
    ? bad
    : [
        ...bad,
        {
          kind: "proof",
          about: lost,
          text: `git no longer has ${counted(lost.length, "commit")} of attempts: ${lost.map(short).join(", ")}`,
          command: null,
        },
      ];
}

/** The journal knows nothing of it: for it the task has landed, and stays done. */
const revertedNeeds = ({ tasks }: NeedsInput): readonly Need[] =>
  tasks.flatMap(({ id, title, landed }): readonly Need[] => {
    if (landed === null || landed.revertedByHand === null) return [];
    const { commit, by, branch } = landed.revertedByHand;
    return [
      {
        kind: "reverted",
        about: [id],
        text: `${id}  ${title}: landed as ${short(landed.commit)}, and ${by} took it back on ${branch} by ${short(commit)}`,
        command: `git show ${short(commit)}`,
      },
    ];
  });

/** Tasks that wait for the same are one thing to be done. */
function decisions({ tasks }: NeedsInput): readonly Need[] {
  const byCards = new Map<string, TaskReport[]>();
  for (const task of tasks) {
    if (task.waitsFor.length === 0) continue;
    const cards = task.waitsFor.join(", ");
    byCards.set(cards, [...(byCards.get(cards) ?? []), task]);
  }
  return [...byCards].map(([cards, some]) => {
    const ids = some.map(({ id }) => id);
    const behind = [...new Set(some.flatMap((one) => one.behind))].filter((id) => !ids.includes(id));
    const aside = some.filter((one) => one.aside).map(({ id }) => `conductor continue ${id}`);
    return {
      kind: "decision",
      about: [...some[0]!.waitsFor, ...ids],
      text: `${cards}  ${some.map(({ id, title }) => `${id} ${title}`).join(", ")}: ${ids.length === 1 ? "waits" : "wait"} for you${holds({ behind })}${aside.length === 0 ? "" : `; put aside: ${aside.join(", ")}`}`,
      command: "conductor inbox",
    };
  });
}

function stopped({ session, why, next, tasks, driven }: NeedsInput): readonly Need[] {
  const left = tasks.filter(({ state }) => LEFT.has(state)).length;
  if (driven || next.length === 0 || !startable(tasks).some(({ state }) => LEFT.has(state))) return [];
  const finished = session.status === "completed";
  const because = why ?? (session.endedAt === null ? "conductor ended without a word" : null);
  const tasksLeft = left === 1 ? "1 task is left" : `${left} tasks are left`;
  return [
    {
      kind: "stopped",
      about: [session.id],
      text: `${finished ? "it is finished" : "it is not running"}, and ${tasksLeft}${finished || because === null ? "" : `: ${because}`}`,
      command: next.at(-1)!,
    },
  ];
}

const LEFT: ReadonlySet<TaskReport["state"]> = new Set(["to-go", "interrupted", "paused"]);

const failed = ({ tasks }: NeedsInput): readonly Need[] =>
  tasks
    .filter(({ state, cure }) => STUCK.has(state) || cure !== null)
    .map((task) => ({
      kind: "failed",
      about: [task.id],
      text: `${task.id}  ${task.title}: ${whyNot(task)}${holds(task)}`,
      command: task.attempts === 0 ? null : `conductor why ${task.id}`,
      ...(task.cure === null ? {} : { cure: task.cure }),
    }));

function whyNot(task: TaskReport): string {
  const tries = task.tries === 1 ? "1 try" : `${task.tries} tries`;
  const word = { failed: "failed", blocked: "blocked", "no-change": "nothing was changed", "to-go": "parked" }[
    task.state as "failed"
  ];
  const said = task.reason ?? "";
  // The reason of a task that gates sent back names each of them already: "test: 2 of 23 tests failed; lint: ...".
  const unsaid = task.failing.filter(({ gate }) => !`; ${said}`.includes(`; ${gate}: `));
  const red = unsaid
    .filter(({ result }) => result !== "not-run")
    .map(({ gate, counts }) => (counts === null || counts.failed === 0 ? gate : `${gate} (${counts.failed} red)`));
  const notRun = unsaid.filter(({ result }) => result === "not-run").map(({ gate }) => `${gate} not run`);
  const parts = [...(task.tries === 0 ? [] : [tries]), ...(said === "" ? [] : [said]), ...red, ...notRun];
  return `${word ?? task.state}, ${[...new Set(parts)].join(", ")}`;
}

/** What landed by the rules, and yet somebody should look at. */
const doubts = ({ tasks }: NeedsInput): readonly Need[] =>
  tasks.flatMap((task): readonly Need[] => {
    const receipts = task.landed?.receipts ?? [];
    const flaky = [...new Set(receipts.flatMap((one) => one.flaky ?? []))];
    const red = [...new Set(receipts.flatMap(({ kind, failed: names }) => (kind === "test" ? names : [])))];
    const texts = [
      ...(flaky.length === 0 ? [] : [`${listed(flaky)} failed at first and passed in a second run`]),
      ...(red.length === 0 ? [] : [`${listed(red)} fails, as it did before`]),
      ...task.idle.map(({ names, idle, of }) => `${idle} of ${of} new tests pass without the work: ${listed(names)}`),
    ];
    if (task.landed === null || texts.length === 0) return [];
    return [
      {
        kind: "doubt",
        about: [task.id],
        text: `${task.id}  ${task.title}: landed, but ${texts.join("; ")}`,
        command: `conductor log ${task.id}`,
      },
    ];
  });

const holds = ({ behind }: Pick<TaskReport, "behind">): string =>
  behind.length === 0 ? "" : `; holds ${behind.join(", ")}`;

function unproven({ requirements }: NeedsInput): readonly Need[] {
  const built = (requirements ?? []).filter(({ state }) => state === "built").map(({ id }) => id);
  if (built.length === 0) return [];
  return [
    {
      kind: "unproven",
      about: built,
      text: `${listed(built)}: built, but not proven`,
      command: `conductor plan trace ${built.slice(0, 6).join(" ")}`,
    },
  ];
}

function assumed({ assumptions }: NeedsInput): readonly Need[] {
  if (assumptions.length === 0) return [];
  const unsaid = assumptions.length - MOST_SAID;
  const more = unsaid > 0 ? [`and ${unsaid} more`] : [];
  const what = assumptions.length === 1 ? "1 thing was assumed" : `${assumptions.length} things were assumed`;
  return [
    {
      kind: "assumed",
      about: assumptions.flatMap(({ decision }) => (decision === null ? [] : [decision])),
      text: `${what}, ${whichOfThem(assumptions)}`,
      items: assumptions
        .slice(0, MOST_SAID)
        .map(({ id, text }) => (id === null ? text : `${id} ${text}`))
        .concat(more),
      command: "conductor report assumptions",
    },
  ];
}

/** So many of them are told. */
const MOST_SAID = 4;

/** What a plan takes for granted is in the plan: nobody has said whether that can be changed later. */
function whichOfThem(assumptions: NeedsInput["assumptions"]): string {
  const count = (state: boolean | null): number => assumptions.filter(({ reversible }) => reversible === state).length;
  if (count(true) === assumptions.length) return assumptions.length === 1 ? "reversible" : "all reversible";
  if (count(null) === assumptions.length) return "by the plan";
  const parts = [
    ...(count(false) === 0 ? [] : [`${count(false)} of them cannot be changed later`]),
    ...(count(null) === 0 ? [] : [`${count(null)} by the plan`]),
  ];
  return parts.join(", ");
}

function moved({ session, git }: NeedsInput): readonly Need[] {
  if (git === null || git.target === session.targetCommit) return [];
  const name = branchOf(session.target);
  const text =
    git.target === null
      ? `${name} is gone since this run began`
      : `${name} moved to ${short(git.target)} since this run began`;
  return [{ kind: "moved", about: [], text, command: null }];
}

const listed = (ids: readonly string[]): string => someOf(ids, 6);
