import { isWerkError } from "@taskwerk/contract/errors";
import type { Usage } from "../../model/agent.ts";
import { type Decomposed, type DecomposeOptions, decompose } from "../../plan/decompose.ts";
import type { App } from "../app.ts";
import { pricesOf } from "../price-fields.ts";
import type { ChosenPlanner } from "./planner-of.ts";
import { planningNews } from "./planning-news.ts";
import { repositoryForPlanning } from "./repository-for-planning.ts";

/** What the caller says of a plan to be made; `keepDraft` gets what was used until then beside the draft. */
export type Asked = Pick<DecomposeOptions, "paths" | "cwd" | "maxDepth" | "standing"> & {
  readonly keepDraft?: (plan: Decomposed["plan"], used: Usage | null) => Promise<string>;
};

/** Has documents planned, with who pays, the estimate and the progress on stderr. What it used: null = nothing was asked. */
export async function decomposeTold(
  app: App,
  chosen: ChosenPlanner,
  { keepDraft, ...asked }: Asked,
): Promise<Decomposed & { readonly used: Usage | null }> {
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
  }).catch((error: unknown) => {
    news.end(isWerkError(error) && error.code === "PLAN_INVALID" ? "rejected" : "stopped");
    throw error;
  });
  news.end("done");
  return { ...decomposed, used: news.used() };
}
