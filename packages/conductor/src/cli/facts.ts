import { isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import type { Repository } from "../model/repository.ts";
import type { RunState, SessionState } from "../model/state.ts";
import type { GitAudit, ReportFacts } from "../report/facts.ts";
import { receiptsAtEnds } from "../report/measured.ts";
import { isOwnClaim } from "../run/context.ts";
import type { App } from "./app.ts";
import { amongOf, type Found, factsFrom, spokenOf, withLiveClaim } from "./facts-from.ts";

/** How closely git is looked at: every commit that was ever made, only what has landed, or not at all. */
export type Look = "audit" | "glance" | "none";

/** What the report needs beside the journal: taskwerk's tasks, the plan, git, and whether somebody drives. */
export const factsOf = async (app: App, state: RunState, look: Look, about?: string): Promise<ReportFacts> =>
  factsFrom(state, spokenOf(state, about), await findFacts(app, state, look, about), app.world.now());

/** The same, as it was found. */
export async function findFacts(app: App, state: RunState, look: Look, about?: string): Promise<Found> {
  const journal = await app.journal();
  const session = spokenOf(state, about);
  const [tasks, git, lostTests, driver] = await Promise.all([
    tasksOf(app),
    session === undefined || look === "none" ? null : auditOf(app, state, session, look),
    session === undefined || look !== "audit" ? null : lostTestsOf(state, session),
    journal.currentDriver(),
  ]);
  const among = session === undefined || tasks === null ? null : amongOf(state, session, tasks);
  const plan = await planOf(
    app,
    (tasks ?? []).filter(({ id }) => among === null || among.has(id)),
  );
  return { tasks, git, lostTests, plan, driven: driver !== null && (about === undefined || driver.session === about) };
}

/** The same without plan and git: enough to say where each task stands once a run is over. */
export async function taskFactsOf(app: App, state: RunState, session: SessionState): Promise<ReportFacts> {
  const tasks = await tasksOf(app);
  return {
    now: app.world.now().toISOString(),
    tasks,
    among: tasks === null ? null : amongOf(state, session, tasks),
    plan: null,
    git: null,
    driven: false,
  };
}

/** What the cards are read with: every task of the store, whichever session asks. */
export async function cardFactsOf(app: App): Promise<Pick<ReportFacts, "now" | "tasks" | "driven">> {
  const journal = await app.journal();
  const [tasks, driver] = await Promise.all([tasksOf(app), journal.currentDriver()]);
  return { now: app.world.now().toISOString(), tasks, driven: driver !== null };
}

/** Every task of the store, without claims that are over and those of this clone's own runs; null where taskwerk cannot be asked. */
export async function tasksOf(app: App): Promise<readonly Task[] | null> {
  const { makeTasks } = await import("../tasks/tasks.ts");
  try {
    const all = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 }).all();
    const now = app.world.now();
    return all.map((task) =>
      task.claim !== null && isOwnClaim(app, task.claim) ? { ...task, claim: null } : withLiveClaim(task, now),
    );
  } catch (error) {
    // The report says less, but it says what it knows.
    if (isWerkError(error)) return null;
    throw error;
  }
}

/** The imported plan that the tasks came from; the newest where several did. */
export async function planOf(app: App, tasks: readonly Pick<Task, "key">[]): Promise<ReportFacts["plan"]> {
  const { listPlans, plansDir } = await import("../plan/file.ts");
  const imported = (await listPlans(plansDir(app.root))).filter(({ plan }) => plan.status === "imported");
  const from = imported.find(({ plan }) => tasks.some(({ key }) => key?.startsWith(`${plan.id}/`)));
  return from?.plan ?? null;
}

/** Asks git about what the journal says is there. At a glance nothing that was lost is looked for. */
async function auditOf(
  app: App,
  state: RunState,
  session: SessionState,
  look: Exclude<Look, "none">,
): Promise<GitAudit | null> {
  try {
    return (
      (look === "glance" ? await glanced(app, state, session) : null) ?? (await audited(app, state, session, look))
    );
  } catch (error) {
    if (isWerkError(error)) return null;
    throw error;
  }
}

/** What one process can say; null where the history is too long for it. */
async function glanced(app: App, { landings }: RunState, session: SessionState): Promise<GitAudit | null> {
  const { glanceAt } = await import("../git/glance.ts");
  const git = glanceAt(app.repositoryRoot(), app.world.env);
  const refs = [...new Set([session.target, session.integration, ...landings.map(({ ref }) => ref)])];
  const tips = new Map(await Promise.all(refs.map(async (ref) => [ref, await git.resolve(ref)] as const)));
  const held = new Set<string>();
  for (const [ref, tip] of tips) {
    const commits = new Set(landings.filter((one) => one.ref === ref).map(({ commit }) => commit));
    if (tip === null || commits.size === 0) continue;
    const found = await git.heldBy(tip, commits);
    if (found === null) return null;
    for (const commit of found) held.add(commit);
  }
  return {
    target: tips.get(session.target) ?? null,
    integration: tips.get(session.integration) ?? null,
    landed: await Promise.all(
      landings.map(async ({ commit }) => ({ commit, tree: await git.treeOf(commit), reachable: held.has(commit) })),
    ),
    lost: [],
  };
}

async function audited(app: App, state: RunState, session: SessionState, look: Look): Promise<GitAudit> {
  const [{ openUserRepository }, { lookClosely }] = await Promise.all([
    import("./open-repository.ts"),
    import("./look-closely.ts"),
  ]);
  const repository = await openUserRepository(app);
  const tip = await repository.resolve(session.integration);
  const trees = await repository.treesOf(state.landings.map(({ commit }) => commit));
  const beyond = new Set<string>();
  for (const ref of new Set(state.landings.map((one) => one.ref))) {
    const landings = state.landings.filter((one) => one.ref === ref).map(({ commit }) => commit);
    const top = ref === session.integration ? tip : await repository.resolve(ref);
    for (const commit of top === null ? landings : await repository.unreached(landings, top)) beyond.add(commit);
  }
  const landed = state.landings.map(({ commit }) => ({
    commit,
    tree: trees.get(commit) ?? null,
    reachable: !beyond.has(commit),
  }));
  const target = await repository.resolve(session.target);
  const standing = target === null || tip === null ? {} : { standing: await standingOf(repository, target, tip) };
  const seen = look === "audit" ? await lookClosely(repository, { state, session, target, tip }) : { lost: [] };
  return { target, integration: tip, ...standing, landed, ...seen };
}

/** What the receipts at both ends of a session say of the tests that it began with. */
async function lostTestsOf(state: RunState, session: SessionState): Promise<ReportFacts["lostTests"]> {
  const { testsBetween } = await import("../run/tests-between.ts");
  const { before, after } = receiptsAtEnds(state, session);
  return testsBetween(before, after);
}

async function standingOf(
  repository: Repository,
  target: string,
  tip: string,
): Promise<NonNullable<GitAudit["standing"]>> {
  if (await repository.isAncestor(tip, target)) return "taken";
  return (await repository.isAncestor(target, tip)) ? "ahead" : "apart";
}
