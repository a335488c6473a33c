import { WerkError } from "@taskwerk/contract/errors";
import { FIRST_RUN } from "../../model/first-run.ts";
import { type RunState, unfinishedSessions } from "../../model/state.ts";
import { type Verb, wordOf } from "../verb.ts";
import { startDetached } from "./detach.ts";
import { followRun } from "./follow-run.ts";
import { raiseWhileItRuns } from "./raise.ts";
import { type RunFlags, withRunFlags } from "./run-flags.ts";

/** `resume [SESSION]`: goes on where a run stopped or was killed; the newest one that is not finished. */
export const resumeVerb: Verb<RunFlags> = {
  build: (command) =>
    withRunFlags(command.argument("[session]", "e.g. run-3; default the newest that is not finished")),
  async run(app, [named], flags) {
    const state = await (await app.journal()).state();
    const wanted = wordOf(named);
    if (wanted !== "" && !state.sessions.has(wanted))
      throw new WerkError("SESSION_NOT_FOUND", `there is no session ${wanted}`, {
        given: wanted,
        hint: hintFor(state),
        candidates: [...state.sessions.keys()].slice(-10).reverse(),
      });
    const session = wanted === "" ? unfinishedSessions(state).at(-1)?.id : wanted;
    if (session === undefined)
      throw new WerkError(
        "SESSION_NOT_FOUND",
        state.sessions.size === 0 ? "nothing has run here yet" : "every run here is finished",
        { hint: hintFor(state) },
      );
    if (await raiseWhileItRuns(app, flags, session)) return undefined;
    const known = state.sessions.get(session)!;
    if (known.status === "completed")
      throw new WerkError("INVALID_TRANSITION", `${session} has come to its end: nothing of it is left to go on with`, {
        given: session,
        hint: `What it did:  conductor report ${session}\n${hintFor(state)}`,
      });
    if (flags.detach) return startDetached(app, flags, session);
    return followRun(app, { flags, resume: session });
  },
};

/** The newest that can be gone on with, else a new one. */
function hintFor(state: RunState): string {
  const unfinished = unfinishedSessions(state).at(-1);
  return unfinished === undefined
    ? `A new one:  ${FIRST_RUN}\nHow it stands:  conductor status`
    : `Not finished is ${unfinished.id}:  conductor resume`;
}
