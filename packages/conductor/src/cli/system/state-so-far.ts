import { emptyState, type RunState } from "../../model/state.ts";
import type { App } from "../app.ts";
import { hasJournalAt } from "./has-journal.ts";

/** What the journal says so far; where there is none yet, that nothing has happened. */
export const stateSoFar = async (app: App): Promise<RunState> =>
  hasJournalAt(app.root) ? (await app.journal()).state() : emptyState();
