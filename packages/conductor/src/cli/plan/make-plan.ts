import { readFile } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import type { Usage } from "../../model/agent.ts";
import type { Plan, PlanProblem } from "../../model/plan.ts";
import { decompose } from "../../plan/decompose.ts";
import { keepMade, plansDir, savePlan } from "../../plan/file.ts";
import type { Planner } from "../../plan/planners/planner.ts";
import { counted } from "../../report/layout.ts";
import { claudeAccount } from "../agents-of.ts";
import type { App } from "../app.ts";
import { pricesOf } from "../price-fields.ts";
import { digestOf } from "../read-config.ts";
import { maxDepthOf } from "./max-depth.ts";
import { type PlanPlace, placeOf, refuseOverwriting } from "./plan-place.ts";

export interface PlanFlags {
  readonly recursive?: boolean;
  readonly maxDepth?: string;
  readonly planner?: string;
  readonly out?: string;
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
  { goOn = false }: { readonly goOn?: boolean } = {},
): Promise<Made> {
  if (paths.length === 0)
    throw new WerkError("USAGE", "which document? Name one or more.", { hint: "conductor plan decompose prd.md" });
  maxDepthOf(flags.maxDepth, null);
  const planner = await plannerOf(app, flags.planner);
  const maxDepth = depthOf(flags, planner.name);
  const toStdout = flags.out === TO_STDOUT;
  const out = flags.out === undefined || toStdout ? undefined : app.path(flags.out);
  let place: PlanPlace | null = null;
  let used: Usage | null = null;
  const save = async (plan: Plan): Promise<string> => {
    const file = await savePlan(plansDir(app.root), plan, place?.path ?? out);
    await keepMade(app.root, plan);
    await notePlan(app, plan, file, used);
    return file;
  };
  if (planner.name !== "outline")
    app.note(`planned by ${planner.name}${planner.model === null ? "" : `, ${planner.model}`}; paid by ${paidBy(app)}`);
  const { plan, problems, made } = await decompose({
    paths,
    cwd: app.cwd,
    planner,
    parser: { argv: app.world.parser },
    maxDepth,
    signal: app.world.interrupted,
    onProgress: ({ level, calls, tasks, waiting, usage }) => {
      if (calls > 0) used = usage;
      if (!app.world.stderrIsTTY || (calls === 0 && !waiting)) return;
      app.note(
        waiting
          ? `waiting ${Math.ceil(waiting.inMs / 1000)}s: ${waiting.reason}`
          : `level ${level}: ${counted(calls, "call")}, ${counted(tasks, "task")}`,
      );
    },
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
  if (planner.name !== "outline" && made)
    app.note(`planning cost ${usd === null ? "is not known: there is no price for this model" : `$${usd.toFixed(2)}`}`);
  if (toStdout) return { plan, problems, file: TO_STDOUT, maxDepth, usd };
  if (made) return { plan, problems, file: await save(plan), maxDepth, usd };
  const file = place!.path;
  app.note(`these documents are planned already: going on with ${file}`);
  return { plan, problems, file, maxDepth, usd };
}

/** null = unknown. */
export const costOfPlanning = (used: Usage | null): number | null => (used === null ? 0 : used.usd);

const paidBy = ({ world }: App): string => `the API key ending in ${(world.env.ANTHROPIC_API_KEY ?? "").slice(-4)}`;

/** Writes down that a plan was saved, where there is a journal or one may be made. */
export async function notePlan(app: App, plan: Plan, file: string, usage: Usage | null = null): Promise<void> {
  const sha256 = digestOf(await readFile(file, "utf8"));
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
        usage,
      },
    },
  ]);
}

/** The planner of that name; without one the user's. Throws USAGE, CREDENTIAL_MISSING. */
export async function plannerOf(app: App, asked: string | undefined): Promise<Planner> {
  const config = await app.config();
  const account = claudeAccount(app, config);
  const name = asked ?? (account.apiKey === "" ? "outline" : "claude-api");
  switch (name) {
    case "outline":
      return (await import("../../plan/planners/outline/outline.ts")).outlinePlanner;
    case "claude":
    case "claude-api": {
      if (account.apiKey === "")
        throw new WerkError(
          "CREDENTIAL_MISSING",
          "the planner claude-api needs a key, and ANTHROPIC_API_KEY is not set",
          {
            hint: "Without an account:  --planner outline",
            field: "planner",
            given: name,
          },
        );
      const { claudeApiPlanner } = await import("../../plan/planners/claude-api/claude-planner.ts");
      return claudeApiPlanner({
        apiKey: account.apiKey,
        model: account.model,
        ...(account.baseUrl === null ? {} : { baseURL: account.baseUrl }),
        prices: pricesOf(config),
      });
    }
    default:
      throw new WerkError("USAGE", `there is no planner "${name}".`, {
        hint: "Planners:  outline, claude-api",
        field: "planner",
        given: name,
        candidates: ["outline", "claude-api"],
      });
  }
}

const DEEPEST = 3;

const depthOf = ({ recursive, maxDepth }: PlanFlags, planner: string): number =>
  maxDepthOf(maxDepth, recursive || planner === "outline" ? DEEPEST : 1);

/** Milliseconds of a length of time such as 30m. */
export const millisecondsOf = (text: string, flag: string): number => secondsOf(text, flag) * 1000;
