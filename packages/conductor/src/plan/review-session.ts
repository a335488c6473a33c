/** What a review of a plan on a screen is given, and what it may ask for. Types only: the doors hand it to each other through main. */
import type { Plan } from "../model/plan.ts";
import type { PlanMaking } from "../model/planning.ts";
import type { SourceText } from "./check-quotes.ts";

/**
 * What came of saving. `changed`: somebody else has written the file since it was read, and nothing was replaced; `failed`: it
 * cannot be written, for this reason.
 */
export type SaveOutcome =
  | { readonly outcome: "saved"; readonly status: Plan["status"] }
  | { readonly outcome: "changed" }
  | { readonly outcome: "failed"; readonly reason: string };

/** What the file holds now, or why it is no plan at the moment. */
export type LoadOutcome =
  | { readonly outcome: "loaded"; readonly plan: Plan }
  | { readonly outcome: "failed"; readonly reason: string };

/** Changes that an earlier review made and did not save. */
export interface LeftEdit {
  readonly plan: Plan;
  /** The plan's file was written after them. */
  readonly isOlder: boolean;
}

/** A review at a terminal; ends when its reader leaves it, or the program is told to end. Gives the terminal back whatever happens. */
export type ReviewScreen = (session: ReviewSession) => Promise<void>;

/** One review, as long as its screen is open. */
export interface ReviewSession {
  readonly plan: Plan;
  /** As it is said to the reader. */
  readonly file: string;
  /** The documents as they are now, by the path that the plan has. */
  readonly sources: ReadonlyMap<string, SourceText>;
  readonly making: PlanMaking;
  readonly hasColour: boolean;
  readonly left: LeftEdit | null;
  /** Writes the plan into its file. `force`: also over what somebody else has written meanwhile. Throws nothing. */
  readonly save: (plan: Plan, force: boolean) => Promise<SaveOutcome>;
  /** Reads the file again; from then on, what it holds is what a save replaces. Throws nothing. */
  readonly load: () => Promise<LoadOutcome>;
  /** Keeps changes that are not saved yet where a killed review leaves them; null: there are none any more. */
  readonly keep: (plan: Plan | null) => void;
  /** Calls back when somebody else has written the file; answers how to stop that. */
  readonly watch: (onChange: () => void) => () => void;
  /** Aborted when the program is told to end. */
  readonly interrupted: AbortSignal;
  /** Ends the program as Ctrl-C does. */
  readonly interrupt: () => void;
}
