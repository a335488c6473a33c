import { isWerkError } from "@taskwerk/contract/errors";
import type { Usage } from "../../model/agent.ts";
import type { Plan } from "../../model/plan.ts";
import { type Decomposed, type DecomposeOptions, decompose } from "../../plan/decompose.ts";
import type { App } from "../app.ts";
import { pricesOf } from "../price-fields.ts";
import type { ChosenPlanner } from "./planner-of.ts";
import { planningNews } from "./planning-news.ts";
import { repositoryForPlanning } from "./repository-for-planning.ts";

interface Wish extends Pick<DecomposeOptions, "paths" | "cwd" | "maxDepth" | "standing"> {
  readonly keepDraft?: (plan: Plan, used: Usage | null) => Promise<string>;
}

/** Makes a plan of documents with what is here, and tells on stderr how it goes. `used`: null = no model was asked. */
export async function planDocuments(
  app: App,
  chosen: ChosenPlanner,
  { keepDraft, ...wish }: Wish,
): Promise<Decomposed & { readonly used: Usage | null }> {
  const news = await planningNews(app, chosen, pricesOf(await app.config()));
  const decomposed = await decompose({
    ...wish,
    planner: chosen.planner,
    parser: { argv: app.world.parser },
    signal: app.world.interrupted,
    repository: (documents) => repositoryForPlanning(app, documents),
    onInput: news.begin,
    onProgress: news.progress,
    ...(keepDraft === undefined ? {} : { keepDraft: (plan) => keepDraft(plan, news.used()) }),
  }).catch((error: unknown) => {
    news.end(isWerkError(error) && error.code === "PLAN_INVALID" ? "rejected" : "stopped");
    throw error;
  });
  news.end("done");
  return { ...decomposed, used: news.used() };
}
