/** What a report is made of beside the journal: handed in, so that everything here stays pure. Types only. */
import type { Task } from "@taskwerk/contract/task";
import type { LostTests } from "../model/lost-tests.ts";
import type { Plan } from "../model/plan.ts";
import type { ChangeSize } from "../model/repository.ts";
import type { RevertedByHand } from "../model/reverted-by-hand.ts";

/** What the report reads of a task in taskwerk. */
export type TaskFacts = Pick<
  Task,
  "id" | "title" | "status" | "status_reason" | "key" | "children" | "depends_on" | "metadata"
> &
  Partial<Pick<Task, "estimate_minutes">>;

/** What git says about what the journal says. Commits are full hashes. */
export interface GitAudit {
  /** Where the user's branch points now; null = it is gone. */
  readonly target: string | null;
  /** The tip of the integration branch; null = it is not there yet. */
  readonly integration: string | null;
  /** Every commit that the journal says has landed: its tree in git (null = git does not have it), and whether the tip holds it. */
  readonly landed: readonly { readonly commit: string; readonly tree: string | null; readonly reachable: boolean }[];
  /** By the commit that landed: the one by which somebody has taken it back by hand. Absent = nobody looked. */
  readonly revertedByHand?: Readonly<Record<string, RevertedByHand>>;
  /** How what has landed stands to the user's branch: it has all of it, can move up to it, or each has moved on. Absent = unknown. */
  readonly standing?: "taken" | "ahead" | "apart";
  /** Everything that was ever made, and how much of it git still has. Absent = nobody looked. */
  readonly made?: { readonly all: number; readonly kept: number };
  /**
   * How much there is on the integration branch over where the session began, or, where the session has landed nothing, over
   * what the user's branch holds of it. Absent = nobody looked.
   */
  readonly change?: ChangeSize & { readonly from: string; readonly to: string };
  /** What the newest tree of the session takes away from the tests that it began with, as their text says. Absent = unknown. */
  readonly weakened?: readonly string[];
  /** Commits of attempts and of salvage that git does not have any more. */
  readonly lost: readonly string[];
}

/** `null` = nobody looked; then nothing is said about it. */
export interface ReportFacts {
  /** RFC 3339. */
  readonly now: string;
  /** The tasks of this run, groups too. */
  readonly tasks: readonly TaskFacts[] | null;
  /** Ids of the tasks that are spoken of; null or absent = all. */
  readonly among?: ReadonlySet<string> | null;
  readonly plan: Plan | null;
  readonly git: GitAudit | null;
  /** Names of the tests of the base that its newest tree has not, or skips. Null or absent = unknown. */
  readonly lostTests?: LostTests | null;
  /** A conductor is alive and drives this repository. */
  readonly driven: boolean;
}
