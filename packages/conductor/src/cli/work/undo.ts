import { WerkError } from "@taskwerk/contract/errors";
import type { Driver } from "../../journal/driver.ts";
import type { RunState } from "../../model/state.ts";
import { sessionActive } from "../../run/drive.ts";
import { makeFailpoint, mortalJournal } from "../../run/failpoint.ts";
import type { FinishContext } from "../../run/finish-rollbacks.ts";
import { planUndo, refuseTaken, startOf, type UndoPlan, type UndoWish } from "../../run/plan-undo.ts";
import type { UndoContext } from "../../run/undo.ts";
import type { App } from "../app.ts";
import { mayAsk, mayTalk, saysYes } from "../may-talk.ts";
import { openUserRepository } from "../open-repository.ts";
import { commitsOf, policyOf } from "../orchestrate/settings-of.ts";
import { driverOf } from "../system/has-journal.ts";
import { taskInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";
import { courtOf } from "./court-of.ts";
import { dataOf, finishedData } from "./undo-data.ts";
import { planLines, undoView } from "./undo-view.ts";

interface UndoFlags {
  readonly session?: string;
  readonly dryRun?: boolean;
  readonly as?: string;
  readonly allowUnsandboxed?: boolean;
}

/** `undo TASK`, `undo --session S`: takes landed work back, with all that stands on it, and opens its tasks again. */
export const undoVerb: Verb<UndoFlags> = {
  build: (command) =>
    command
      .argument("[task]", "e.g. TASK-001")
      .option("--session <id>", "all that this session landed and nothing outside depends on")
      .option("--dry-run", "only say what would go")
      .option("--as <branch>", "as a branch of yours; nothing lands, no task is opened")
      .option("--allow-unsandboxed", "run the gates although no sandbox works here"),
  async run(app, [word], flags) {
    const journal = await app.journal();
    const wish = wishOf(await journal.state(), word === undefined ? null : wordOf(word), flags);
    if (flags.dryRun) {
      const { plan, gateFiles } = await lookAt(app, wish, flags);
      app.show("undo", dataOf(plan, "would-undo", { gateFiles }), undoView);
      return undefined;
    }
    refuseDriven(await driverOf(app));
    const claim = await journal.acquireDriver(null);
    if (claim.kind === "held") throw sessionActive(claim.by);
    try {
      await undoIt(app, wish, flags);
    } finally {
      await journal.releaseDriver();
    }
    return undefined;
  },
};

async function undoIt(app: App, wish: UndoWish, flags: UndoFlags): Promise<void> {
  const { openForRun } = await import("../../run/preflight.ts");
  const config = await app.config();
  const repository = await openForRun({
    root: app.repositoryRoot(),
    stateDir: app.stateDir,
    env: app.world.env,
    commits: commitsOf(config),
    ...(flags.as === undefined ? {} : { mayMove: [`refs/heads/${flags.as}`] }),
  });
  const context = await finishContext(app, repository);
  await context.tasks.check();
  const { finishRollbacks } = await import("../../run/finish-rollbacks.ts");
  const finished = await finishRollbacks(context);
  const before = finished.find((one) => one.reverts.some((revert) => isWanted(wish, revert)));
  // What was cut off is what is asked for: now it is done.
  if (before !== undefined) {
    app.show("undo", await finishedData(context.journal, before), undoView);
    return;
  }
  const { plan, gateFiles, target } = await lookAt(app, wish, flags);
  if (flags.as === undefined) await refuseTaken(repository, plan, target);
  await confirm(app, plan, gateFiles);
  const [{ openCourt }, { refuseDenied }] = await Promise.all([
    import("../../run/open-court.ts"),
    import("../../run/command-rules.ts"),
  ]);
  const [court, policy] = [await courtOf(app, config, repository), policyOf(config)];
  if (court.setup !== null) refuseDenied([court.setup.command], policy);
  const opened = await openCourt(court, plan.tip);
  try {
    if (opened.sandbox.level === "none" && flags.allowUnsandboxed !== true)
      throw new WerkError("SANDBOX_REQUIRED", "the gates would run outside of any sandbox", {
        hint:
          opened.sandbox.cure === null
            ? "If that is meant:  --allow-unsandboxed"
            : `${opened.sandbox.cure}\nor, if that is meant:  --allow-unsandboxed`,
      });
    const { undo, undoAside } = await import("../../run/undo.ts");
    const whole: UndoContext = {
      ...opened.court,
      ...context,
      gateSets: opened.gateSets,
      policy,
      by: app.actor,
      signal: app.world.interrupted,
    };
    if (flags.as !== undefined) {
      const given = await undoAside(whole, plan, flags.as);
      app.show("undo", dataOf(plan, "branch", { gateFiles, branch: given.branch, commit: given.commit }), undoView);
      return;
    }
    const { rollback, receipts } = await undo(whole, plan);
    app.show("undo", dataOf(plan, "undone", { gateFiles, rollback, receipts }), undoView);
  } finally {
    await opened.close();
  }
}

/** What it would be, and which files that decide how work is judged are otherwise afterwards. */
async function lookAt(
  app: App,
  wish: UndoWish,
  { as }: UndoFlags,
): Promise<{ readonly plan: UndoPlan; readonly gateFiles: readonly string[]; readonly target: string }> {
  const journal = await app.journal();
  const state = await journal.state();
  const repository = await openUserRepository(app);
  const tasks = await (await tasksFor(app)).all();
  const target = targetOf(state, wish);
  const tip = as === undefined ? null : await startOf(repository, target);
  const plan = await planUndo({ repository, state, tasks, tip }, wish);
  const { gateFilesIn } = await import("../../run/undo.ts");
  const { makeGateSets } = await import("../../run/gate-set.ts");
  const { gates } = await courtOf(app, await app.config(), repository);
  return { plan, gateFiles: await gateFilesIn(makeGateSets(repository, gates), plan), target };
}

/** The branch that the work was made for. */
function targetOf({ sessions, landings }: RunState, wish: UndoWish): string {
  const landing = landings.find((one) => isWanted(wish, one));
  return sessions.get(landing?.session ?? "")?.target ?? "HEAD";
}

const isWanted = (wish: UndoWish, one: { readonly task: string; readonly session: string }): boolean =>
  wish.kind === "task" ? one.task === wish.task : one.session === wish.session;

function wishOf(state: RunState, word: string | null, { session }: UndoFlags): UndoWish {
  if ((word === null) === (session === undefined))
    throw new WerkError(
      "USAGE",
      word === null ? "undo what? Name a task or a session." : "a task or a session, not both.",
      {
        hint: "conductor undo TASK-001     conductor undo --session run-1",
        field: "task",
      },
    );
  return word === null ? { kind: "session", session: session! } : { kind: "task", task: taskInRun(state, word) };
}

function refuseDriven(driver: Driver | null): void {
  if (driver !== null) throw sessionActive(driver);
}

async function tasksFor(app: App): Promise<FinishContext["tasks"]> {
  const { makeTasks } = await import("../../tasks/tasks.ts");
  return makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
}

async function finishContext(
  app: App,
  repository: UndoContext["repository"],
): Promise<Pick<UndoContext, "journal" | "repository" | "tasks" | "failpoint">> {
  const { env, die } = app.world;
  const wanted = env.CONDUCTOR_FAIL_AT;
  return {
    repository,
    journal: mortalJournal(await app.journal(), wanted, die),
    tasks: await tasksFor(app),
    failpoint: makeFailpoint(wanted, die),
  };
}

/** Shows all of it, and asks once. Throws CONFIRMATION_REQUIRED. */
async function confirm(app: App, plan: UndoPlan, gateFiles: readonly string[]): Promise<void> {
  const { output } = app;
  const shown = dataOf(plan, "would-undo", { gateFiles });
  if (app.globals.yes) return;
  if (mayTalk(output)) for (const line of planLines(shown, output)) output.line(...line);
  const count = shown.reverts.length;
  const these = shown.reverts.map(({ task }) => task).join(", ");
  if (!mayAsk(app))
    throw new WerkError("CONFIRMATION_REQUIRED", `taking back ${these} was not confirmed; nothing was changed`, {
      hint: "See all of it:  --dry-run     Say so:  --yes",
      details: { reverts: shown.reverts, stays: shown.stays, gateFiles },
    });
  if (!(await saysYes(app, count === 1 ? `Undo ${these}?` : `Undo these ${count}?`)))
    throw new WerkError("CONFIRMATION_REQUIRED", "nothing was changed", { hint: "Without the question:  --yes" });
}
