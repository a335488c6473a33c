import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { claimTokenOf } from "../claim-token.ts";
import type { Verb } from "../verb.ts";
import { undoView } from "./undo-view.ts";

interface UndoFlags {
  readonly op?: string;
  readonly last?: string;
  readonly dryRun?: boolean;
  readonly claim?: string;
}

/**
 * `undo`: takes back the last change of this actor, with --last N his last ones, with --op one of anybody's, with --session
 * all of a session. Taking an undo back is redo.
 */
export const undoVerb: Verb<UndoFlags> = {
  build: (command) =>
    command
      .option("--op <op>", "this operation, as taskwerk log names it; an undo too: that is redo")
      .option("--last <n>", "the last so many of yours (1)")
      .option("--dry-run", "say what would go back to what, change nothing")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)"),
  async run(app, _, { op, last, dryRun, claim }) {
    const { session } = app.globals;
    if ([op, last, session].filter((one) => one !== undefined).length > 1) {
      throw new WerkError("USAGE", "only one of --op, --last and --session at once.", {
        hint: "All flags:  taskwerk help undo",
      });
    }
    const token = claimTokenOf(app, claim);
    const how = { ...(dryRun ? { dry_run: true } : {}), ...(token === undefined ? {} : { claim: token }) };
    const caller = { session: app.world.env.TASKWERK_SESSION || null };
    if (session !== undefined) await app.perform("session.undo", { session, ...how }, undoView, caller);
    else {
      const which = op === undefined ? { op: "last", ...(last === undefined ? {} : { n: countOf(last) }) } : { op };
      await app.perform("op.undo", { ...which, ...how }, undoView, caller);
    }
  },
};

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= LIMITS.ids) return Number(text);
  throw new WerkError("USAGE", `--last: "${text}" is no number of operations from 1 to ${LIMITS.ids}.`, {
    hint: "For example:  taskwerk undo --last 3 --dry-run",
    field: "last",
    given: text,
  });
}
