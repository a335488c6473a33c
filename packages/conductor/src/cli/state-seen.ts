/** What the journal says, and what people have done since with branches that were made for them. */
import { foldEvents, givenIn, type RunState } from "../model/state.ts";
import type { App } from "./app.ts";

/**
 * A branch of reverts that the user has taken counts as what it is, though nobody has written that down yet: whoever drives
 * does, a door only reads. Without such a branch, git is not asked.
 */
export async function stateSeen(app: App): Promise<RunState> {
  const state = await (await app.journal()).state();
  const given = givenIn(state);
  if (given.length === 0) return state;
  const { isTaken } = await import("../run/finish-rollbacks.ts");
  const { openUserRepository } = await import("./open-repository.ts");
  const repository = await openUserRepository(app);
  const at = app.world.now().toISOString();
  let seen = state;
  for (const rollback of given)
    if (await isTaken(repository, rollback))
      seen = foldEvents([{ type: "rollback.landed", rollback: rollback.id, at, seq: seen.seq + 1, hash: "" }], seen);
  return { ...seen, seq: state.seq, at: state.at };
}
