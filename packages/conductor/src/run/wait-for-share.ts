/** An attempt waits as long as others hold what it could spend. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../model/run.ts";
import { heedLimits } from "./heed-limits.ts";
import type { SetAside, Share } from "./purse.ts";
import type { Story } from "./story.ts";

const LOOK_AGAIN = 200;

/** Asks until there is a share, or none will come. That it waits is written down; then it is in `stage` again. null: it was stopped meanwhile. */
export async function waitForShare(
  { context, id, signal }: Story,
  stage: Stage,
  ask: () => Share,
): Promise<SetAside | (Share & { readonly kind: "refused" }) | null> {
  const { journal } = context;
  let waits = false;
  for (;;) {
    if (signal.aborted) return null;
    await heedLimits(context);
    const share = ask();
    if (share.kind !== "later") {
      if (waits && share.kind === "share")
        await journal.append([{ type: "attempt.stage", attempt: id, stage, reason: null }]);
      return share as SetAside | (Share & { readonly kind: "refused" });
    }
    if (!waits)
      await journal.append([{ type: "attempt.stage", attempt: id, stage: "paused-budget", reason: share.reason }]);
    waits = true;
    await sleep(LOOK_AGAIN, undefined, { signal }).catch(() => undefined);
  }
}
