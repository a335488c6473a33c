/** Where the transcript of one conversation lies. */
import { join } from "node:path";

/** In conductor's directory for this repository. `round`: which conversation of the attempt, from 1. */
export const transcriptPlace = ({ stateDir }: { readonly stateDir: string }, attempt: string, round: number): string =>
  join(stateDir, "transcripts", `${attempt.replace(/\W+/g, "-")}-${round}.jsonl`);
