/** What people said yes to for the run that is not over: `policy show` lists it, and `policy test` answers by it. */
import { type RememberedRule, rememberedIn } from "../../model/remembered.ts";
import { lastActive } from "../../model/state.ts";
import type { App } from "../app.ts";
import { stateSoFar } from "../system/state-so-far.ts";

export interface RememberedNow {
  /** The run that it holds for; null when none is under way. */
  readonly session: string | null;
  readonly remembered: readonly RememberedRule[];
}

/** Nothing where no run is under way: one that is over takes what was said for it along. */
export async function rememberedNow(app: App): Promise<RememberedNow> {
  const state = await stateSoFar(app);
  const session = lastActive(state);
  if (session?.status !== "active" && session?.status !== "paused") return { session: null, remembered: [] };
  return { session: session.id, remembered: rememberedIn(state.decisions.values(), session.id) };
}
