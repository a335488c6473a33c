import { isWerkError } from "@taskwerk/contract/errors";
import type { RunState } from "../model/state.ts";
import type { GitAudit, ReportFacts } from "../report/facts.ts";
import type { App } from "./app.ts";

/** What the report needs beside the journal: taskwerk's tasks, the plan, git, and whether somebody drives. */
export async function factsOf(app: App, state: RunState): Promise<ReportFacts> {
  const journal = await app.journal();
  const [tasks, git, driver] = await Promise.all([tasksOf(app), auditOf(app, state), journal.currentDriver()]);
  return { now: app.world.now().toISOString(), tasks, plan: await planOf(app), git, driven: driver !== null };
}

async function tasksOf(app: App): Promise<ReportFacts["tasks"]> {
  const { makeTasks } = await import("../tasks/tasks.ts");
  try {
    return await makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 }).all();
  } catch (error) {
    // The report says less, but it says what it knows.
    if (isWerkError(error)) return null;
    throw error;
  }
}

async function planOf(app: App): Promise<ReportFacts["plan"]> {
  const { listPlans, plansDir } = await import("../plan/file.ts");
  const plans = await listPlans(plansDir(app.root)).catch(() => []);
  return plans.find(({ plan }) => plan.status === "imported")?.plan ?? null;
}

/** Asks git about everything that the journal says is there. */
async function auditOf(app: App, state: RunState): Promise<GitAudit | null> {
  const session = [...state.sessions.values()].at(-1);
  if (session === undefined) return null;
  const { openRepository } = await import("../git/repository.ts");
  try {
    const repository = await openRepository(app.repositoryRoot(), {
      env: app.world.env,
      storeDir: `${app.stateDir}/git`,
    });
    const tip = await repository.resolve(session.integration);
    const landed: { commit: string; tree: string | null; reachable: boolean }[] = [];
    for (const { commit } of state.landings) {
      const there = (await repository.resolve(commit)) !== null;
      landed.push({
        commit,
        tree: there ? await repository.treeOf(commit) : null,
        reachable: there && tip !== null && (await repository.isAncestor(commit, tip)),
      });
    }
    const made = [
      ...[...state.attempts.values()].flatMap(({ work }) => (work ? [work.commit] : [])),
      ...state.salvage.map(({ commit }) => commit),
    ];
    const lost: string[] = [];
    for (const commit of new Set(made)) if ((await repository.resolve(commit)) === null) lost.push(commit);
    return { target: await repository.resolve(session.target), integration: tip, landed, lost };
  } catch (error) {
    if (isWerkError(error)) return null;
    throw error;
  }
}
