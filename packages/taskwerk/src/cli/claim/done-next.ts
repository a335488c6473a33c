import { WerkError } from "@taskwerk/contract/errors";
import type { TransitionResult, TransitionTask } from "@taskwerk/contract/transition";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import { claimView } from "./claim-view.ts";

interface NextFlags {
  readonly next: boolean | undefined;
  readonly as: string | undefined;
  readonly lease: string | undefined;
}

/** `done ID --next`: the move, and in the same transaction a claim of what is most urgent now. Rows are of that claim. */
export async function moveAndClaim(
  app: App,
  input: TransitionTask,
  { next, as, lease }: NextFlags,
  moved: View<TransitionResult>,
): Promise<void> {
  if (!next) {
    throw new WerkError("USAGE", `${as === undefined ? "--lease" : "--as"} goes only with --next.`, {
      hint: "Type:  taskwerk done ID --next",
      field: "next",
    });
  }
  const wanted = lease ?? (await app.config())["claim.lease"];
  const wish = {
    as: as ?? (await app.actor()),
    ...(wanted === undefined ? {} : { lease_s: secondsOf(String(wanted), "--lease") }),
  };
  await app.perform("task.transition", { ...input, next: wish }, viewOf(moved));
}

const CLAIMED = claimView("claimed");

/** What was moved is said on a screen; a script wants the id and the token of what comes next, and no row where nothing does. */
const viewOf = (moved: View<TransitionResult>): View<TransitionResult> => ({
  fields: CLAIMED.fields,
  known: CLAIMED.known,
  items: ({ next }) => (next ? [{ ...next.task, ...next.claim }] : []),
  screen(output, success) {
    moved.screen(output, success);
    const { next } = success.data;
    if (!next) {
      output.line(dim("  nothing is ready now"));
      return;
    }
    const data = { changed: [next.task], unchanged: [], unblocked: [], claim: next.claim };
    CLAIMED.screen(output, { ...success, data });
  },
});
