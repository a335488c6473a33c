/** Makes a branch of the user's with a part of what has landed, once the gates agree. Nothing else is moved. */
import { WerkError } from "@taskwerk/contract/errors";
import { makeCommits, type NotMade } from "../landing/make-commits.ts";
import { pickMessage } from "../landing/pick-message.ts";
import type { Receipt } from "../model/gate.ts";
import { LANDED_AS } from "../model/landed-as.ts";
import type { Repository } from "../model/repository.ts";
import { short } from "../model/short.ts";
import { someOf } from "../model/some-of.ts";
import { giveBranch, refuseBadName } from "./give-branch.ts";
import { judgeResult, type ResultContext } from "./judge-result.ts";
import type { DeliveryPlan } from "./plan-delivery.ts";
import { redInWords, redOnes } from "./setback.ts";

export type PartPlan = Extract<DeliveryPlan, { readonly kind: "part" }>;

export interface DeliveredPart {
  /** One for each pick, in order. */
  readonly commits: readonly string[];
  /** Those of what is there in the end. */
  readonly receipts: readonly Receipt[];
}

/**
 * The commits of a branch that holds exactly what is planned, in order; null when there is no such branch. Throws GIT_FAILED when
 * there is one of that name with anything else, and USAGE for what can be no name.
 */
export async function deliveredBefore(
  repository: Pick<Repository, "resolve" | "isAncestor" | "commitsBetween">,
  { from, picks }: PartPlan,
  branch: string,
): Promise<readonly string[] | null> {
  refuseBadName(branch);
  const held = await repository.resolve(`refs/heads/${branch}`);
  if (held === null) return null;
  if (await repository.isAncestor(from, held)) {
    const there = [...(await repository.commitsBetween(from, held))].reverse();
    const same = ({ tree, landing }: PartPlan["picks"][number], at: number): boolean =>
      there[at]?.tree === tree && there[at]?.trailers[LANDED_AS]?.includes(landing.commit) === true;
    if (there.length === picks.length && picks.every(same)) return there.map(({ commit }) => commit);
  }
  throw new WerkError(
    "GIT_FAILED",
    `there is a branch ${branch} already, at ${short(held)}, with something else on it; nothing was moved`,
    {
      hint: `Another name:  --as NAME     Once it is of no use:  git branch -D ${branch}`,
      field: "as",
      given: branch,
    },
  );
}

/**
 * All of it or nothing. Nobody else may drive. Throws POLICY_UNMET when the gates are not green of what would be there; GIT_CONFLICT
 * where some of it was taken back since it was planned; GIT_FAILED as `deliveredBefore` does.
 */
export async function deliverPart(
  context: ResultContext,
  plan: PartPlan,
  { branch, group }: { readonly branch: string; readonly group: string },
): Promise<DeliveredPart> {
  const { repository, journal } = context;
  const { from, picks } = plan;
  const state = await journal.state();
  // Until the caller drove, an undo may have come to its end.
  const gone = picks.find(({ landing }) => !state.landings.some(({ commit }) => commit === landing.commit));
  if (gone !== undefined)
    throw new WerkError("GIT_CONFLICT", `${gone.landing.task} was taken back just now; nothing was made`, {
      hint: `Again:  conductor deliver --group ${group}`,
    });
  const session = state.sessions.get(picks.at(-1)!.landing.session);
  if (session === undefined) throw new Error("a landing belongs to no session");
  const steps = await Promise.all(
    picks.map(async ({ landing: { commit }, tree }, at) => {
      const landed = await repository.messageOf(commit);
      // What is there in the end is what was judged.
      const last = at === picks.length - 1;
      const message = (receipts: readonly Receipt[]): string =>
        pickMessage(landed, { landing: commit, receipts: last ? receipts : [] });
      return { tree, message };
    }),
  );
  const again = `conductor deliver --group ${group}`;
  const made = await makeCommits({
    repository,
    tip: from,
    steps,
    judge: (tree, tip) => judgeResult(context, { tree, tip, session, marker: "deliver", again }),
  });
  if (made.kind !== "made") throw notDelivered(plan, made, group);
  await giveBranch(repository, branch, made.commits.at(-1)!);
  return { commits: made.commits, receipts: made.receipts };
}

function notDelivered({ stays }: PartPlan, outcome: NotMade, group: string): Error {
  const missing = `Perhaps it needs what stays behind: ${someOf(stays, 5)}`;
  const all = "All that has landed:  conductor deliver";
  switch (outcome.kind) {
    case "red": {
      const red = redOnes(outcome.receipts);
      return new WerkError(
        "POLICY_UNMET",
        `${group} alone does not pass its gates: ${redInWords(red)}. Nothing was made.`,
        {
          hint: [`The log:  ${red[0]?.logPath ?? ""}`, missing, all].join("\n"),
          details: { receipts: red, stays },
        },
      );
    }
    case "refused":
      return new WerkError("POLICY_UNMET", `${outcome.reason}. Nothing was made.`, {
        hint: all,
        details: { receipts: outcome.receipts },
      });
    case "no-change":
      return new Error("a delivery that changes nothing was planned");
    default: {
      const unknown: never = outcome;
      return new Error(`unknown outcome ${JSON.stringify(unknown)}`);
    }
  }
}
