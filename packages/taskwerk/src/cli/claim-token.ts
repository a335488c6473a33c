import type { App } from "./app.ts";

/** The token of the claim that is held: `--claim`, or TASKWERK_CLAIM. */
export const claimTokenOf = (app: App, flag: string | undefined): string | undefined =>
  flag ?? (app.world.env.TASKWERK_CLAIM || undefined);
