/** What is not begun although it is ready, and why. */
import { isDeepStrictEqual } from "node:util";
import type { Task } from "@taskwerk/contract/task";
import type { Decision } from "../model/decision.ts";
import type { Held } from "../model/state.ts";
import { lacking } from "./capability.ts";
import type { RunContext } from "./context.ts";

/** In words. `waiting`: approvals about tasks of this run that are open. Pure. */
export function heldOf(
  ready: readonly Task[],
  {
    waiting,
    caps,
    agent,
  }: { readonly waiting: number; readonly caps: RunContext["settings"]["caps"]; readonly agent: string },
): Held {
  const tasks = ready.flatMap((task): readonly (readonly [string, string])[] => {
    const missing = lacking(task, caps.has);
    return missing.length === 0
      ? []
      : [[task.id, `it needs ${missing.join(", ")}, which the agent ${agent} does not have`]];
  });
  const { reviewLimit } = caps;
  const full = reviewLimit !== null && waiting >= reviewLimit;
  return {
    reason: full
      ? `${waiting === 1 ? "1 task waits" : `${waiting} tasks wait`} for approval, and nothing new is begun from ${reviewLimit} on (orchestration.review_limit)`
      : null,
    tasks: Object.fromEntries(tasks),
  };
}

/** How many tasks wait for somebody's approval. */
export const waitingForApproval = (open: readonly Decision[]): number =>
  new Set(open.filter(({ kind }) => kind === "approval").map(({ task }) => task)).size;

/** Writes it down where it is not what is written already. */
export async function noteHeld({ journal, session }: RunContext, held: Held): Promise<void> {
  const known = (await journal.state()).sessions.get(session.id)?.held;
  if (isDeepStrictEqual(known, held)) return;
  await journal.append([{ type: "session.held", session: session.id, ...held }]);
}
