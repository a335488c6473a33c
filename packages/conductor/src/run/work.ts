/** What an agent has left, taken out of its clone. Types only. */

export interface Work {
  readonly commit: string;
  readonly tree: string;
  /** The ref of conductor's that keeps it. */
  readonly ref: string;
}

/** Work that an earlier attempt left and that need not be done again. */
export interface Adopted extends Work {
  /** The commit it was begun from. */
  readonly base: string;
}
