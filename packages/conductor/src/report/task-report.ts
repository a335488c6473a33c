/** What a report says of one task, with the proof of what landed. Pure. */
import { isFollowed } from "../model/decision-outcome.ts";
import type { Receipt } from "../model/gate.ts";
import type { RevertedByHand } from "../model/reverted-by-hand.ts";
import type { AttemptState, ConflictState, RunState } from "../model/state.ts";
import { triesOf } from "../model/tries.ts";
import { costsOf } from "./costs.ts";
import type { GitAudit } from "./facts.ts";
import { cardOf } from "./reason-now.ts";
import { behind, type TaskState, type TaskStateWord } from "./task-state.ts";

/** A receipt without its excerpt: what can be run again to doubt it. */
export type ReceiptLine = Omit<Receipt, "excerpt" | "failures"> & { readonly failed: readonly string[] };

export interface LandedReport {
  readonly session: string;
  readonly commit: string;
  readonly tree: string;
  readonly ref: string;
  readonly at: string;
  /** Those it landed with, all of them for exactly this tree. */
  readonly receipts: readonly ReceiptLine[];
  /** Ids it names that the journal does not have or that are about another tree. Empty unless something is wrong. */
  readonly unfounded: readonly string[];
  /** git has this commit with this tree, below the tip; null = nobody looked. */
  readonly inGit: boolean | null;
  /** The commit by which somebody has taken it back by hand; null = there is none, or nobody looked. */
  readonly revertedByHand: RevertedByHand | null;
}

export interface TaskReport {
  readonly id: string;
  readonly title: string;
  readonly state: TaskStateWord;
  readonly reason: string | null;
  readonly requirements: readonly string[];
  readonly attempts: number;
  /** How often it was given to an agent, in all attempts, without those that the provider refused; 0 when it never was. */
  readonly tries: number;
  readonly gateRounds: number;
  readonly reds: number;
  readonly loops: number;
  /** null = unknown. */
  readonly costUsd: number | null;
  readonly landed: LandedReport | null;
  /** Ids of open decisions that hold it. */
  readonly waitsFor: readonly string[];
  /** Tasks that wait behind it. */
  readonly behind: readonly string[];
  /** Of the new tests of the work that landed: how many were tried without it, and how many of them pass so. null = none was tried. */
  readonly newTests: { readonly of: number; readonly idle: number } | null;
  /** Those that pass so, at most 100 names of each gate. */
  readonly idle: readonly { readonly names: readonly string[]; readonly idle: number; readonly of: number }[];
  /** The conflicts that its work met and who settled them, in order: every rung that was asked. */
  readonly conflicts: readonly ConflictState[];
  /** Receipts of the newest attempt that did not pass. */
  readonly failing: readonly ReceiptLine[];
  /** Why it is not begun although it is ready; null where nothing is said. */
  readonly held: string | null;
  /** Tasks that have to land before it can begin. */
  readonly after: readonly string[];
  /** A person has put it aside: nobody begins it before they continue it. */
  readonly aside: boolean;
  /** What lets it be taken again; null where nothing keeps it from that. */
  readonly cure: string | null;
}

/** The report of one task among all. */
export function taskReport(
  state: RunState,
  task: TaskState,
  all: readonly TaskState[],
  git: GitAudit | null,
): TaskReport {
  const sum = (pick: (attempt: AttemptState) => number): number => task.attempts.reduce((n, one) => n + pick(one), 0);
  const last = task.attempts.at(-1);
  const tried = newTestsOf(state, task);
  const done = task.state === "landed" || task.state === "done";
  return {
    id: task.id,
    title: task.title,
    state: task.state,
    reason: withoutTries(task.reason),
    requirements: task.requirements,
    attempts: task.attempts.length,
    tries: triesOf(task.attempts),
    gateRounds: sum((one) => one.gateRounds),
    reds: sum((one) => one.reds),
    loops: sum((one) => one.loops),
    costUsd: costsOf(task.attempts, 0).usd,
    landed: task.state === "landed" && task.landing !== null ? landedReport(state, task, git) : null,
    waitsFor: task.open.map(({ id }) => id),
    behind: done ? [] : behind(all, [task.id]),
    newTests: tried.length === 0 ? null : { of: total(tried, "of"), idle: total(tried, "idle") },
    idle: tried.filter(({ idle }) => idle > 0),
    conflicts: state.conflicts.filter(({ attempt }) => task.attempts.some(({ id }) => id === attempt)),
    failing: done || last === undefined ? [] : failingOf(state, last),
    held: task.held,
    after: done ? [] : task.dependsOn.filter((id) => all.some((one) => one.id === id && !isOver(one))),
    aside: task.aside !== null,
    cure: task.blocked && (STUCK.has(task.state) || expired(state, task)) ? `conductor unblock ${task.id}` : null,
  };
}

/** What is known of the new tests of the work that landed: what was found before it was changed again says nothing of it. */
function newTestsOf({ idleTests }: RunState, { attempts, landing }: TaskState): TaskReport["idle"] {
  const landed = attempts.find(({ id }) => id === landing?.attempt);
  return idleTests
    .filter(({ attempt, round }) => attempt === landed?.id && round === landed.gateRounds)
    .map(({ names, idle = names.length, of }) => ({ names, idle, of }));
}

const total = (tried: TaskReport["idle"], key: "idle" | "of"): number => tried.reduce((sum, one) => sum + one[key], 0);

/** States that a task does not leave by itself. */
export const STUCK: ReadonlySet<TaskStateWord> = new Set(["failed", "blocked", "no-change"]);

/** It waits for a card that nobody answered in time and that stays parked: what comes too late frees nothing. */
function expired(state: RunState, { state: word, attempts }: TaskState): boolean {
  const decision = cardOf(state, attempts.at(-1) ?? null);
  return word === "to-go" && decision?.state === "expired" && !isFollowed(decision);
}

const isOver = ({ state }: TaskState): boolean => state === "landed" || state === "done" || state === "cancelled";

/** The reason of one attempt counts its own tries; what is reported of a task counts them all, once. */
const withoutTries = (reason: string | null): string | null =>
  reason === null ? null : reason.replace(/^\d+ (?:try|tries), and /, "");

function landedReport(state: RunState, { landing }: TaskState, git: GitAudit | null): LandedReport | null {
  if (landing === null) return null;
  const receipts = landing.receipts.map((id) => ({ id, receipt: state.receipts.get(id) }));
  const founded = receipts.flatMap(({ receipt }) =>
    receipt !== undefined && receipt.tree === landing.tree ? [receiptLine(receipt)] : [],
  );
  const seen = git?.landed.find(({ commit }) => commit === landing.commit);
  return {
    session: landing.session,
    commit: landing.commit,
    tree: landing.tree,
    ref: landing.ref,
    at: landing.at,
    receipts: founded,
    unfounded: receipts.filter(({ receipt }) => receipt?.tree !== landing.tree).map(({ id }) => id),
    inGit: git === null ? null : seen !== undefined && seen.tree === landing.tree && seen.reachable,
    revertedByHand: git?.revertedByHand?.[landing.commit] ?? null,
  };
}

/** What was not passed in the last round of gates. */
function failingOf(state: RunState, attempt: AttemptState): readonly ReceiptLine[] {
  return state.judgements
    .filter((one) => one.attempt === attempt.id && one.round === attempt.gateRounds)
    .map((one) => state.receipts.get(one.receipt))
    .filter((one) => one !== undefined)
    .filter((one) => one.result !== "pass")
    .map(receiptLine);
}

/** A receipt as a line of the report. */
export function receiptLine({ excerpt: _excerpt, failures, ...receipt }: Receipt): ReceiptLine {
  return { ...receipt, failed: failures };
}
