import { readFile } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import type { Plan, PlanProblem } from "../../model/plan.ts";
import { type Planning, planningMetadata } from "../../model/planning.ts";
import { plansDir, savePlan } from "../../plan/file.ts";
import { saveWithMade } from "../../plan/made-plan.ts";
import type { App } from "../app.ts";
import { budgetOf } from "../budget-flag.ts";
import { digestOf } from "../read-config.ts";
import { decomposeTold } from "./decompose-told.ts";
import { maxDepthOf } from "./max-depth.ts";
import { type PlanPlace, placeOf, refuseOverwriting } from "./plan-place.ts";
import { choosePlanner } from "./planner-of.ts";

export interface PlanFlags {
  readonly recursive?: boolean;
  readonly maxDepth?: string;
  readonly planner?: string;
  readonly out?: string;
  readonly budget?: string;
}

export interface Made {
  readonly plan: Plan;
  readonly problems: readonly PlanProblem[];
  /** `-` when it was not written to a file. */
  readonly file: string;
  readonly maxDepth: number;
  /** What planning has cost, USD; 0 when no model was asked, null = unknown. */
  readonly usd: number | null;
}

/** `-o -`: the plan goes to stdout, and to no file. */
export const TO_STDOUT = "-";

/**
 * Reads the documents, makes a plan, writes its file, and notes it in the journal; to stdout it only makes the plan. What
 * somebody wrote into a plan file is not lost: with `goOn` a plan of the same documents is used as it is, else it is refused.
 */
export async function makePlan(
  app: App,
  paths: readonly string[],
  flags: PlanFlags,
  {
    goOn = false,
    budgetUsd = null,
    verb = "plan decompose",
  }: {
    readonly goOn?: boolean;
    readonly budgetUsd?: number | null /** What was typed. */;
    readonly verb?: string;
  } = {},
): Promise<Made> {
  if (paths.length === 0)
    throw new WerkError("USAGE", "which document? Name one or more.", { hint: `conductor ${verb} prd.md` });
  if (paths.includes("-"))
    throw new WerkError(
      "USAGE",
      "- is no document: a plan quotes the lines of its documents and follows them when they change, so it needs files.",
      {
        hint: `Save it, then plan that:  cat > prd.md; conductor ${verb} prd.md`,
        field: "prd",
        given: "-",
      },
    );
  const depth = depthOf(flags);
  const budget = budgetOf(flags) ?? budgetUsd;
  const chosen = await choosePlanner(app, flags.planner);
  const maxDepth = depth(chosen.planner.name);
  const toStdout = flags.out === TO_STDOUT;
  const out = flags.out === undefined || toStdout ? undefined : app.path(flags.out);
  let place: PlanPlace | null = null;
  const save = async (plan: Plan, used: Planning | null): Promise<string> => {
    const file = await saveWithMade(app.root, plan, () => savePlan(plansDir(app.root), plan, place?.path ?? out));
    await notePlan(app, plan, file, used);
    return file;
  };
  const { plan, problems, made, used } = await decomposeTold(app, chosen, {
    paths,
    cwd: app.cwd,
    maxDepth,
    ...(budget === null ? {} : { budgetUsd: budget }),
    isKept: !toStdout,
    standing: async (id) => {
      if (toStdout) return null;
      place = await placeOf(app, id, { out, documents: [...new Set(paths)] });
      if (goOn && place.standing !== null) return place.standing;
      refuseOverwriting(app, place);
      return null;
    },
    ...(toStdout ? {} : { keepDraft: save }),
  });
  const usd = costOfPlanning(used);
  if (toStdout) return { plan, problems, file: TO_STDOUT, maxDepth, usd };
  if (made) return { plan, problems, file: await save(plan, used), maxDepth, usd };
  const file = place!.path;
  app.note(`these documents are planned already: going on with ${file}`);
  return { plan, problems, file, maxDepth, usd };
}

/** null = unknown. */
const costOfPlanning = (used: Planning | null): number | null =>
  used === null || used.calls === 0 ? 0 : used.usage.usd;

/** Writes down that a plan was saved, and what planning it has used. `isAsMade`: nobody has touched it, so that it may be written over. */
export async function notePlan(
  app: App,
  plan: Plan,
  file: string,
  used: Planning | null = null,
  { isAsMade = true }: { readonly isAsMade?: boolean } = {},
): Promise<void> {
  const sha256 = isAsMade ? digestOf(await readFile(file, "utf8")) : null;
  const journal = await app.journal(true);
  await journal.append([
    {
      type: "plan.saved",
      plan: plan.id,
      sourceFile: plan.sources.map(({ path }) => path).join(", "),
      file,
      status: plan.status,
      metadata: {
        planner: plan.planner,
        tasks: plan.tasks.length,
        requirements: plan.requirements.length,
        sha256,
        ...planningMetadata(used),
      },
    },
  ]);
}

const DEEPEST = 3;

/** How deep, by the planner. What was typed wrong is said before anybody is asked who pays. */
function depthOf({ recursive, maxDepth }: PlanFlags): (planner: string) => number {
  const said = maxDepthOf(maxDepth, null);
  return (planner) => said ?? (recursive || planner === "outline" ? DEEPEST : 1);
}

/** Milliseconds of a length of time such as 30m. */
export const millisecondsOf = (text: string, flag: string): number => secondsOf(text, flag) * 1000;
