import { isWerkError } from "@taskwerk/contract/errors";
import type { Planning } from "../../model/planning.ts";
import { type Decomposed, type DecomposeOptions, decompose } from "../../plan/decompose.ts";
import type { App } from "../app.ts";
import { pricesOf } from "../price-fields.ts";
import type { ChosenPlanner } from "./planner-of.ts";
import { planningNews } from "./planning-news.ts";
import { repositoryForPlanning } from "./repository-for-planning.ts";

/** What the caller says of a plan to be made; `keepDraft` gets what was used until then beside the draft. */
export type Asked = Pick<DecomposeOptions, "paths" | "cwd" | "maxDepth" | "standing" | "budgetUsd"> & {
  readonly keepDraft?: (plan: Decomposed["plan"], used: Planning | null) => Promise<string>;
  /** What a planning without a plan has used is noted in the journal. Default true. */
  readonly isKept?: boolean;
};

/** Has documents planned, with who pays, the estimate and the progress on stderr. What it used: null = there is no model to ask. */
export async function decomposeTold(
  app: App,
  chosen: ChosenPlanner,
  { keepDraft, isKept = true, ...asked }: Asked,
): Promise<Decomposed & { readonly used: Planning | null }> {
  const news = await planningNews(app, chosen, pricesOf(await app.config()));
  const decomposed = await decompose({
    ...asked,
    planner: chosen.planner,
    parser: { argv: app.world.parser },
    signal: app.world.interrupted,
    repository: (documents) => repositoryForPlanning(app, documents),
    onInput: news.begin,
    onProgress: news.progress,
    ...(keepDraft ? { keepDraft: (plan) => keepDraft(plan, news.used()) } : {}),
  }).catch(async (error: unknown) => {
    const isRejected = isWerkError(error) && error.code === "PLAN_INVALID";
    news.end(isRejected ? "rejected" : "stopped");
    const used = news.used();
    // A draft that was kept has what it used beside it.
    if (used !== null && used.calls !== 0 && isKept && !(isRejected && keepDraft)) {
      const { name, model } = chosen.planner;
      const reason = isWerkError(error) ? error.message : "it was stopped";
      const planner = model === null ? name : `${name}, ${model}`;
      const journal = await app.journal(true);
      const { calls, usage, paidBy } = used;
      await journal.append([
        {
          type: "planning.failed",
          sourceFile: asked.paths.join(", "),
          planner,
          usage,
          ...(calls === null ? {} : { calls }),
          ...(paidBy === null ? {} : { paidBy }),
          reason,
        },
      ]);
    }
    throw error;
  });
  news.end("done");
  return { ...decomposed, used: news.used() };
}
