/** What marks every process of an attempt, so that it can be found and ended. */
import { basename } from "node:path";

/** Attempts are called the same in every repository (`run-1/TASK-001/1`), so conductor's directory for this one stands before. */
export const attemptMark = ({ stateDir }: { readonly stateDir: string }, attempt: string): string =>
  `${basename(stateDir)}/${attempt}`;
