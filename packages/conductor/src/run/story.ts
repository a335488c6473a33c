/** What the steps of one attempt share, and what a step answers. */
import type { Task } from "@taskwerk/contract/task";
import type { Stage } from "../model/run.ts";
import type { AttemptClone } from "./attempt-clone.ts";
import { type AttemptEnd, CLAIM_LOST } from "./attempt-end.ts";
import type { ClaimKeeper } from "./claim-keeper.ts";
import type { AttemptContext } from "./context.ts";
import type { Setback } from "./setback.ts";

export interface Story {
  readonly context: AttemptContext;
  readonly task: Task;
  /** The attempt's, and its number within the task. */
  readonly id: string;
  readonly n: number;
  readonly keeper: ClaimKeeper;
  readonly clone: AttemptClone;
  /** Aborted when the run is stopped, and when the claim is lost. */
  readonly signal: AbortSignal;
}

/** `go`: on with this. `back`: the agent gets the task back. `end`: of the story. */
export type Step<T> = { readonly go: T } | Stop;
/** `replace`: another agent gets it. */
export type Stop = { readonly back: Setback; readonly replace?: boolean } | { readonly end: AttemptEnd };

/** Writes down where the attempt is. */
export async function enterStage({ context, id }: Story, stage: Stage, reason: string | null): Promise<void> {
  await context.journal.append([{ type: "attempt.stage", attempt: id, stage, reason }]);
}

/** What it means that the story's signal is aborted. */
export const endOfAbort = ({ keeper }: Story): AttemptEnd =>
  keeper.lost.aborted ? CLAIM_LOST : { kind: "stopped", reason: "stopped" };
