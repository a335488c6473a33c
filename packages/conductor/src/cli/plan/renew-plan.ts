/** A plan as its documents say it now, and what that means for taskwerk. Looks, and changes nothing. */
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import type { Planning } from "../../model/planning.ts";
import { diffPlans, type PlanDiff } from "../../plan/diff.ts";
import { madeBefore } from "../../plan/made-plan.ts";
import { type PlanUpdate, updateOf } from "../../plan/plan-update.ts";
import { type Rebased, rebasePlan } from "../../plan/rebase.ts";
import { makeTasks, type Tasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { decomposeTold } from "./decompose-told.ts";
import { maxDepthOf } from "./max-depth.ts";
import { choosePlanner } from "./planner-of.ts";
import { findSources } from "./sources-of.ts";
import { startedIds, storedTasksOf } from "./stored-plan.ts";

export interface RenewFlags {
  readonly planner?: string;
  readonly maxDepth?: string;
}

export interface Renewal {
  readonly before: Plan;
  readonly after: Plan;
  /** What was made of the documents now; null where they are as they were. */
  readonly made: Plan | null;
  /** What planning has used; null = there was no model to ask. */
  readonly used: Planning | null;
  readonly diff: PlanDiff;
  /** The documents that have changed, as the plan names them. */
  readonly documents: readonly string[];
  /** null where the plan is not in taskwerk yet. */
  readonly update: PlanUpdate | null;
  readonly tasks: Tasks | null;
}

/** Throws what reading and planning throw, FILE_NOT_FOUND for a document that is gone, DUPLICATE_KEY. */
export async function renewPlan(app: App, plan: Plan, file: string, flags: RenewFlags): Promise<Renewal> {
  const sources = await findSources(app, plan, file);
  const gone = sources.find((source) => source.kind === "missing");
  if (gone?.kind === "missing") {
    if (!isWerkError(gone.error)) throw gone.error;
    throw new WerkError(gone.error.code, gone.error.message, {
      hint: `Put it back, or correct its path under sources in ${file}`,
      given: gone.path,
      cause: gone.error,
    });
  }
  const documents = sources.flatMap((source) => (source.kind === "read" && source.changed ? [source.path] : []));
  const {
    plan: after,
    made,
    used,
  } = documents.length === 0 ? { plan, made: null, used: null } : await rebased(app, plan, sources, flags);
  const stored = await storedOf(app, after);
  return {
    before: plan,
    after,
    made,
    used,
    diff: diffPlans(plan, after),
    documents,
    update: stored === null ? null : updateOf(after, stored.found, await startedIds(app)),
    tasks: stored?.tasks ?? null,
  };
}

async function rebased(
  app: App,
  plan: Plan,
  sources: Awaited<ReturnType<typeof findSources>>,
  flags: RenewFlags,
): Promise<Rebased & { readonly used: Planning | null }> {
  const chosen = await choosePlanner(
    app,
    flags.planner ?? (plan.planner.name === "hand" ? "outline" : plan.planner.name),
  );
  const cwd = sources.flatMap((source) => (source.kind === "read" ? [source.cwd] : []))[0] ?? app.root;
  const { plan: draft, used } = await decomposeTold(app, chosen, {
    paths: plan.sources.map(({ path }) => path),
    cwd,
    maxDepth: maxDepthOf(flags.maxDepth, DEPTH),
  });
  return { ...rebasePlan(plan, draft, await madeBefore(app.root, plan)), used };
}

const DEPTH = 3;

/** The plan's tasks, whatever the file says of itself; null where it was never imported. */
async function storedOf(
  app: App,
  plan: Plan,
): Promise<{ readonly tasks: Tasks; readonly found: Awaited<ReturnType<typeof storedTasksOf>> } | null> {
  const connection = await app.connection();
  const imported = plan.status === "imported";
  try {
    await connection.store();
  } catch (error) {
    if (imported || !isWerkError(error) || error.code !== "STORE_NOT_FOUND") throw error;
    return null;
  }
  const tasks = makeTasks({ connection, session: null, patienceMs: 10_000 });
  const found = await storedTasksOf(tasks, plan);
  return imported || found.length > 0 ? { tasks, found } : null;
}
