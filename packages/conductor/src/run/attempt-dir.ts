/** Where an attempt's clone is, with all that belongs to it. */
import { join } from "node:path";

/** In conductor's directory for this repository; attempts are called the same in every repository. */
export const attemptDir = ({ stateDir }: { readonly stateDir: string }, attempt: string): string =>
  join(stateDir, "attempts", attempt.replace(/\W+/g, "-"));
