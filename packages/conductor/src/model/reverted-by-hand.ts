/** Landed work that somebody has taken back by hand. Types only. */

/** The commit that says of itself that it takes a landing back. */
export interface RevertedByHand {
  readonly commit: string;
  /** Its author. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** A branch that holds it: what the work landed on, or the user's own. */
  readonly branch: string;
}
