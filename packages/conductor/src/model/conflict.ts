/** Conflicts of two commits that git cannot merge by itself, and the rungs of the ladder that settle them. Types only. */

/** A side of a conflict: what one commit has at a path. */
export interface Side {
  /** A git file mode, e.g. "100644". */
  readonly mode: string;
  readonly blob: string;
}

/** One path that git could not merge; a side that has nothing there is null. */
export interface ConflictedPath {
  readonly path: string;
  readonly base: Side | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
}

export interface Conflict {
  /** The merge as far as git got: what conflicts has markers in it, everything else is merged. */
  readonly tree: string;
  /** Sorted by path. */
  readonly paths: readonly ConflictedPath[];
}

/**
 * Who settles a conflict, in the order in which they are asked. `lockfiles`: only lockfiles conflict, and they are made anew
 * from the merged manifest, which where it conflicts too is merged key by key. `recorded`: an agent settled the same conflict before, and that landed. `agent`: it goes back to
 * an agent, with both intents. `person`: nobody else could.
 */
export type Rung = "lockfiles" | "recorded" | "agent" | "person";

/** Files as a rung has settled them, or in words why it could not. */
export type Resolution =
  | { readonly kind: "resolved"; readonly files: ReadonlyMap<string, Uint8Array>; readonly how: string }
  | { readonly kind: "passed"; readonly reason: string };

/** Makes lockfiles anew. A port; `setup/` keeps it. `paths`: all that conflicts; `tree`: the merge as far as git got. */
export type MakeLockfiles = (wish: {
  readonly conflict: Conflict;
  readonly signal: AbortSignal;
  readonly marker: string;
}) => Promise<Resolution>;
