import { EXIT } from "@taskwerk/contract/errors";
import { short } from "../../model/short.ts";
import { auditWork, type MadeWork, waysBack } from "../../run/audit-work.ts";
import { linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { stateSoFar } from "../system/state-so-far.ts";
import type { Verb } from "../verb.ts";

/** `audit work`: asks git about everything that was ever made; exit code 6 when something is out of its reach. */
export const auditWorkVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const state = await stateSoFar(app);
    // Where nobody has made anything there may be no commit yet either.
    const made = state.attempts.size === 0 ? [] : await auditWork(await openUserRepository(app), state);
    app.show<readonly MadeWork[]>("audit.work", made, AUDIT);
    return made.every(({ kept }) => kept) ? undefined : EXIT.git;
  },
};

const AUDIT = linesView<readonly MadeWork[]>(
  (made) => {
    const commits = made.filter(({ kind }) => kind !== "workspace");
    const lost = commits.filter(({ kept }) => !kept);
    const clones = made.filter(({ kind }) => kind === "workspace");
    if (made.length === 0) return ["Nothing was made here yet."];
    return [
      `${commits.length} trees made, ${commits.length - lost.length} reachable.`,
      ...lost.map(({ task, kind, commit, place }) => `  LOST  ${task}  ${kind}  ${short(commit ?? "")}  was ${place}`),
      ...(lost.length > 0
        ? ["Somebody deleted or moved these refs. While git still has the commits, this brings them back:"]
        : []),
      ...waysBack(lost).map((command) => `  ${command}`),
      ...made.flatMap(({ task, commit, revertedByHand }) =>
        revertedByHand === null
          ? []
          : [
              `  ${task} landed as ${short(commit ?? "")}; on ${revertedByHand.branch} ${short(revertedByHand.commit)} takes it back (${revertedByHand.by})`,
            ],
      ),
      ...clones.map(({ task, place }) => `  ${task} has a clone that is still there: ${place}`),
    ];
  },
  {
    items: (made) => made.map((one) => ({ ...one, id: one.attempt })),
    fields: ["kind", "task", "commit", "kept"],
    known: ["kind", "task", "attempt", "commit", "place", "kept", "moved", "revertedByHand"],
  },
);
