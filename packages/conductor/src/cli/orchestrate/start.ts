import type { Verb } from "../verb.ts";
import { startDetached } from "./detach.ts";
import { type RunFlags, withRunFlags } from "./run-flags.ts";

/** `start`: a run in the background; the rules of `--auto` hold. */
export const startVerb: Verb<RunFlags> = {
  build: withRunFlags,
  run: (app, _, flags) => startDetached(app, flags, null),
};
