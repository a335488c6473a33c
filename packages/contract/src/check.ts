/** What `db check` found. Types only. */

/** One thing that is wrong with a store. */
export interface CheckProblem {
  /** What was looked at. */
  readonly check: "file" | "keys" | "chain" | "rows" | "counters" | "search";
  readonly message: string;
  /** Of the chain: the operation, and the entry of the log where it is known. */
  readonly op?: string;
  readonly seq?: number;
}

/** `data` of `db.check`: what was looked at, and what is wrong with it; at most 100 problems. */
export interface CheckReport {
  readonly ok: boolean;
  readonly store: string;
  readonly tasks: number;
  readonly ops: number;
  readonly changes: number;
  readonly events: number;
  readonly problems: readonly CheckProblem[];
}
