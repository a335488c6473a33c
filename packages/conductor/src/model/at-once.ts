/** Why a signal was aborted when what it ends is given no time to end by itself. */
export const AT_ONCE = "at once";

export const isAtOnce = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && signal.reason === AT_ONCE;

/** The reason with which everything is put down because nobody can see it any more. */
export const TERMINAL_CLOSED = "its terminal was closed";
