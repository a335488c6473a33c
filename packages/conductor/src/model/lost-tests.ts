/** Tests that ran on a base and do not run on what was made of it. Types only. */

/** Their names, sorted. */
export interface LostTests {
  /** Not there any more. */
  readonly removed: readonly string[];
  /** There, and skipped now. */
  readonly skipped: readonly string[];
}
