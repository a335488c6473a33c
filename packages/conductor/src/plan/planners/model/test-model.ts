/** For tests: planning one document with a scripted model that answers as a test wants. */
import type { RequestBody } from "@taskwerk/rehearsal/model/request";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import type { ModelServer } from "@taskwerk/rehearsal/model-server";
import { afterEach } from "vitest";
import { type Decomposed, type DecomposeOptions, decompose } from "../../decompose.ts";
import { builtParser } from "../../read/built-parser.ts";
import { type ModelPlannerOptions, modelPlanner } from "./model-planner.ts";
import type { Transport } from "./question.ts";
import { FIXTURES, playModel, questionOf, sampleAnswer, sampleTask, wholeTask } from "./sample-answers.ts";

export const MODEL = "claude-opus-5-5";
/** Tries again at once, and not often. */
export const QUICK = { budgetMs: 60_000, baseMs: 1, maxMs: 5, tries: 4 };

const open: ModelServer[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});

/** Plays a model until the test ends; `n` counts its questions from 1. */
export async function model(turn: (request: Parameters<ComputedTurn>[0], n: number) => Turn): Promise<ModelServer> {
  let n = 0;
  const started = await playModel((request) => {
    n += 1;
    return turn(request, n);
  });
  open.push(started);
  return started;
}

export interface Run extends Partial<Omit<DecomposeOptions, "planner">> {
  readonly options?: Partial<ModelPlannerOptions>;
}

/** Plans `reminders-spec.md`, three levels deep, unless it is told otherwise. */
export async function run(transport: Transport, { options = {}, ...more }: Run = {}): Promise<Decomposed> {
  return decompose({
    paths: ["reminders-spec.md"],
    cwd: FIXTURES,
    parser: await builtParser(),
    maxDepth: 3,
    planner: modelPlanner({ transport, retry: QUICK, ...options }),
    ...more,
  });
}

/** Splits the one large task in two; the parts are small. */
export const splitting = ({ body }: Parameters<ComputedTurn>[0]): Turn => ({
  json: questionOf(body).startsWith("Make the first level")
    ? sampleAnswer([wholeTask({ complexity: 8 })])
    : sampleAnswer([
        sampleTask("store", { source_quote: "keep reminders over a restart" }),
        sampleTask("tell", { depends_on: ["store"] }),
      ]),
});

export const bodies = ({ requests }: ModelServer): readonly RequestBody[] => requests.map(({ body }) => body);
