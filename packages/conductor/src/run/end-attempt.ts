/** Writes an attempt's end down everywhere: journal, taskwerk, and what its clone still holds. */
import { isAtOnce } from "../model/at-once.ts";
import { sweep } from "../sandbox/sweep.ts";
import { type AttemptEnd, reasonOf, stageOf } from "./attempt-end.ts";
import { attemptMark } from "./attempt-mark.ts";
import { unlessGone } from "./claim-gone.ts";
import type { Story } from "./story.ts";

export async function endAttempt({ context, id, clone, keeper }: Story, end: AttemptEnd): Promise<void> {
  const { journal, tasks } = context;
  await sweep(attemptMark(context, id), isAtOnce(context.stop) ? 0 : undefined);
  // What could not be saved stays where it is, and is found there.
  await clone.putAway().catch((error: unknown) => context.onDefect(error));
  const reason = reasonOf(end);
  await journal.append([
    {
      type: "attempt.ended",
      attempt: id,
      stage: stageOf(end),
      reason,
      ...(end.kind === "blocked" ? { blocker: end.blocker } : {}),
    },
  ]);
  if (keeper.lost.aborted || end.kind === "landed" || end.kind === "waiting") return;
  const { token, fence } = keeper.grant;
  // An attempt of the same name may have been there before, in a journal that is gone or in another clone.
  const key = `${id}:end:${fence}`;
  await unlessGone(async () => {
    if (end.kind === "failed" || end.kind === "blocked" || end.kind === "no-change")
      await keeper.move("blocked", { reason: `conductor: ${reason}` });
    else if (end.kind === "aside" && keeper.held) {
      // From review there is no way to paused but this.
      await keeper.move("in-progress", { reason: end.reason });
      await keeper.move("paused", { reason: end.reason });
    }
    // Whoever takes it next takes it from the beginning.
    else if (keeper.held) await keeper.move("in-progress", { reason: reason ?? end.kind });
    await tasks.release(token, reason ?? end.kind, key);
  });
}
