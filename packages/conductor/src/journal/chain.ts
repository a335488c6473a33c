/** The hash chain: every event's hash covers the one before it, so nothing can be changed, left out or put in between unseen. Pure. */
/** What the first event's hash is chained to. */
export const GENESIS = "0".repeat(64);

/** A row of the journal as it is stored. */
export interface JournalRow {
  readonly seq: number;
  readonly at: string;
  readonly version: number;
  /** The fact as JSON. */
  readonly body: string;
  readonly hash: string;
}

/** The hash of a row: sha256 over the previous hash, its number, time, version and body. */
export const chainHash = (previous: string, row: Omit<JournalRow, "hash">): string =>
  process
    .getBuiltinModule("node:crypto")
    .createHash("sha256")
    .update(`${previous}\n${row.seq}\n${row.at}\n${row.version}\n${row.body}`)
    .digest("hex");
