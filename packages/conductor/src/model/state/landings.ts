/** What has landed, and what of that was taken back. */
import type { RollbackPlan } from "../event.ts";
import { type Attempts, inStage } from "./attempts.ts";
import { change, type Draft } from "./draft.ts";
import type { EventOf } from "./event-of.ts";
import { highest } from "./highest.ts";
import { type Words, wordAbout } from "./words.ts";

export interface LandingState {
  readonly seq: number;
  readonly at: string;
  readonly session: string;
  readonly task: string;
  readonly attempt: string;
  readonly ref: string;
  readonly commit: string;
  readonly tree: string;
  readonly receipts: readonly string[];
}

/** Landed work that was to be taken back. */
export interface RollbackState extends Omit<RollbackPlan, "rollback"> {
  readonly id: string;
  readonly at: string;
  /** The branch of the user's that it was made as, which they take or not; null = conductor itself moves the ref. */
  readonly branch: string | null;
  /** The ref holds it; without that nothing has happened yet. */
  readonly landed: boolean;
  /** Why it never will; null = it may. */
  readonly abandoned: string | null;
  /** The tasks that are open again in taskwerk. */
  readonly reopened: readonly string[];
}

export interface Landings {
  /** Oldest first, without those that were taken back. */
  readonly landings: readonly LandingState[];
  /** Oldest first. */
  readonly rollbacks: readonly RollbackState[];
}

export type LandingEvent = EventOf<
  "landing.landed" | "rollback.intended" | "rollback.given" | "rollback.abandoned" | "rollback.landed" | "task.reopened"
>;

type LandingsAndTheirs = Draft<Landings & Pick<Attempts, "attempts"> & Pick<Words, "words">>;

export function applyToLandings(draft: LandingsAndTheirs, event: LandingEvent): void {
  switch (event.type) {
    case "landing.landed":
      landed(draft, event);
      return;
    case "rollback.intended":
    case "rollback.given": {
      const { rollback: id, at, by, ref, from, commit, tree, receipts, reverts } = event;
      const branch = event.type === "rollback.given" ? event.branch : null;
      const begun = { landed: false, abandoned: null, reopened: [] };
      draft.rollbacks.push({ id, at, by, branch, ref, from, commit, tree, receipts, reverts, ...begun });
      return;
    }
    case "rollback.abandoned":
      changeRollback(draft, event.rollback, (one) => ({ ...one, abandoned: event.reason }));
      return;
    case "rollback.landed":
      rolledBack(draft, event);
      return;
    case "task.reopened":
      changeRollback(draft, event.rollback, (one) => ({ ...one, reopened: [...one.reopened, event.task] }));
      return;
    default:
      event satisfies never;
  }
}

function landed(draft: LandingsAndTheirs, event: EventOf<"landing.landed">): void {
  const attempt = draft.attempts.get(event.attempt);
  if (attempt === undefined) return;
  const { commit, tree, ref, receipts } = event;
  draft.attempts.set(attempt.id, { ...attempt, landed: { commit, tree } });
  if (draft.landings.some((landing) => landing.commit === commit && landing.ref === ref)) return;
  draft.landings.push({
    seq: event.seq,
    at: event.at,
    session: attempt.session,
    task: attempt.task,
    attempt: attempt.id,
    ref,
    commit,
    tree,
    receipts,
  });
}

/** What it took back counts as landed nowhere any more; and a person wants it done anew. */
function rolledBack(draft: LandingsAndTheirs, event: EventOf<"rollback.landed">): void {
  changeRollback(draft, event.rollback, (one) => ({ ...one, landed: true }));
  const rollback = draft.rollbacks.find(({ id }) => id === event.rollback);
  for (const { task, attempt: id, landing } of rollback?.reverts ?? []) {
    const at = draft.landings.findIndex(({ commit, attempt }) => commit === landing && attempt === id);
    // Taken back already, by another of them.
    if (at < 0) continue;
    draft.landings.splice(at, 1);
    wordAbout(draft, task, event.seq);
    change(draft.attempts, id, (attempt) => ({
      ...inStage(attempt, "rolled-back", event.at),
      reason: `undone by ${rollback?.by} (${event.rollback})`,
      landed: null,
      closed: false,
      endedAt: attempt.endedAt ?? event.at,
    }));
  }
}

function changeRollback(draft: LandingsAndTheirs, id: string, edit: (one: RollbackState) => RollbackState): void {
  const at = draft.rollbacks.findIndex((one) => one.id === id);
  const found = draft.rollbacks[at];
  if (found !== undefined) draft.rollbacks[at] = edit(found);
}

/** The id that the next rollback gets: undo-1, undo-2, … */
export const nextRollbackId = ({ rollbacks }: Landings): string =>
  `undo-${
    highest(
      rollbacks.map(({ id }) => id),
      /^undo-(\d{1,15})$/,
    ) + 1
  }`;

/** Rollbacks that were made as branches of the user's, and neither taken nor given up as far as the journal knows. */
export const givenIn = ({ rollbacks }: Landings): readonly RollbackState[] =>
  rollbacks.filter(({ branch, landed, abandoned }) => branch !== null && !landed && abandoned === null);
