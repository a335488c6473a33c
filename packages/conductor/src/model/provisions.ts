/** What a tree needs beside its own files before anything in it can run: what its setup command installs. A port; `setup/` keeps it. Types only. */

/** How the setup of a tree went. */
export interface Provided {
  /** The command that made it. */
  readonly command: string;
  /** True when it was made before and kept. */
  readonly kept: boolean;
  readonly durationMs: number;
  /** What its files take on the disk, in each clone and each checkout. */
  readonly bytes: number;
}

export interface Provisions {
  /** Makes what the setup of `tree` makes, unless it is kept already. Null when no setup is configured. Throws SETUP_FAILED. */
  make(tree: string, signal: AbortSignal): Promise<Provided | null>;
  /**
   * Puts into `dir`, a checkout of `tree`, what the setup command makes there: made once for each set of lockfiles, in a
   * checkout of conductor's own, then copied. Throws SETUP_FAILED when the command fails, when what it
   * makes would be taken for work, or when the tree brings the same itself.
   */
  provide(tree: string, dir: string, signal: AbortSignal): Promise<void>;
}

/** For trees that need nothing. */
export const NO_PROVISIONS: Provisions = { make: async () => null, provide: async () => undefined };
