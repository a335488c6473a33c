import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Driver } from "../../journal/driver.ts";
import { someOf } from "../../model/some-of.ts";
import { givenIn, type RollbackState, type RunState } from "../../model/state.ts";
import { sessionActive } from "../../run/drive.ts";
import { makeFailpoint, mortalJournal } from "../../run/failpoint.ts";
import type { FinishContext } from "../../run/finish-rollbacks.ts";
import { refuseTakenName } from "../../run/give-branch.ts";
import { madeBefore, planUndo, refuseTaken, startOf, type UndoPlan, type UndoWish } from "../../run/plan-undo.ts";
import type { UndoContext } from "../../run/undo.ts";
import type { App } from "../app.ts";
import { findGroup } from "../group-named.ts";
import { mayAsk, mayTalk, saysYes } from "../may-talk.ts";
import { openUserRepository } from "../open-repository.ts";
import { commitsOf } from "../orchestrate/settings-of.ts";
import { stateSeen } from "../state-seen.ts";
import { driverOf } from "../system/has-journal.ts";
import { findInRun, taskInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";
import { courtOf } from "./court-of.ts";
import { inCourt } from "./in-court.ts";
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
    const state = await journal.state();
    if (word !== undefined) await refuseGroup(app, state, wordOf(word));
    const wish = wishOf(state, word === undefined ? null : wordOf(word), flags);
    if (flags.dryRun) {
      const { plan, gateFiles, made } = await lookAt(app, wish, flags);
      if (made === null) app.show("undo", dataOf(plan, "would-undo", { gateFiles }), undoView(wordsOf(wish), flags.as));
      else showMade(app, wish, { plan, gateFiles, made });
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

async function undoIt(app: App, wanted: UndoWish, flags: UndoFlags): Promise<void> {
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
  const before = finished.find((one) => one.reverts.some((revert) => isWanted(wanted, revert)));
  // What was cut off is what is asked for: now it is done.
  if (before !== undefined) {
    app.show("undo", await finishedData(context.journal, before), undoView(wordsOf(wanted)));
    return;
  }
  const { plan, gateFiles, target, made } = await lookAt(app, wanted, flags);
  if (made !== null) {
    showMade(app, wanted, { plan, gateFiles, made });
    return;
  }
  await confirm(app, plan, gateFiles);
  const wish = { base: plan.tip, allowUnsandboxed: flags.allowUnsandboxed === true };
  await inCourt(app, repository, wish, async (court) => {
    const { undo, undoAside } = await import("../../run/undo.ts");
    const whole: UndoContext = {
      ...court,
      ...context,
      by: app.actor,
      signal: app.world.interrupted,
      again: againOf(wanted, flags),
    };
    if (flags.as !== undefined) {
      const { rollback, receipts } = await undoAside(whole, plan, { branch: flags.as, target });
      app.show("undo", dataOf(plan, "branch", { gateFiles, rollback, receipts }), undoView(wordsOf(wanted)));
      return;
    }
    const { rollback, receipts } = await undo(whole, plan);
    app.show("undo", dataOf(plan, "undone", { gateFiles, rollback, receipts }), undoView(wordsOf(wanted)));
  });
}

interface Looked {
  readonly plan: UndoPlan;
  readonly gateFiles: readonly string[];
  /** The branch of the user's that the work was made for. */
  readonly target: string;
  /** The branch that --as asks for, where the same was made before; else null. */
  readonly made: RollbackState | null;
}

/** What it would be, and which files that decide how work is judged are otherwise afterwards. Throws what would stand in its way. */
async function lookAt(app: App, wish: UndoWish, { as }: UndoFlags): Promise<Looked> {
  const state = await stateSeen(app);
  const repository = await openUserRepository(app);
  const tasks = await (await tasksFor(app)).all();
  const target = targetOf(state, wish);
  const tip = as === undefined ? null : await startOf(repository, target);
  const situation = { repository, state, tasks, tip };
  const plan = await planUndo(situation, wish);
  if (as === undefined) await refuseTaken(situation, wish, plan, target);
  const made = as === undefined ? null : await madeAs(repository, { state, plan, as });
  const { gateFilesBetween } = await import("../../run/judge-result.ts");
  const { makeGateSets } = await import("../../run/gate-set.ts");
  const { gates } = await courtOf(app, await app.config(), repository);
  const gateFiles = await gateFilesBetween(makeGateSets(repository, gates), plan.tip, plan.left);
  return { plan, gateFiles, target, made };
}

/** Null when it is still to be made. Throws where another branch has that name, before gates run for nothing. */
async function madeAs(
  repository: UndoContext["repository"],
  { state, plan, as }: { readonly state: RunState; readonly plan: UndoPlan; readonly as: string },
): Promise<RollbackState | null> {
  const made = await madeBefore(repository, plan.reverts, givenIn(state));
  if (made !== null && made.branch === as && made.from === plan.tip) return made;
  await refuseTakenName(repository, as);
  return null;
}

function showMade(
  app: App,
  wish: UndoWish,
  looked: Pick<Looked, "plan" | "gateFiles"> & { readonly made: RollbackState },
) {
  const { plan, gateFiles, made } = looked;
  app.show("undo", dataOf(plan, "branch", { gateFiles, rollback: made }), undoView(wordsOf(wish)));
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

/** So many of the tasks of a group are named, each with its command. */
const NAMED = 5;

/** Throws USAGE for a task that has others under it and has not landed: it is they that have, each by itself. */
async function refuseGroup(app: App, state: RunState, word: string): Promise<void> {
  const { landings } = state;
  const named = findInRun(state, word);
  if (landings.some(({ task }) => task === named)) return;
  const { tasksOf } = await import("../facts.ts");
  const group = findGroup((await tasksOf(app)) ?? [], word);
  if (group === null) return;
  // What landed last goes first, and takes nothing with it that landed before.
  const landed = [...new Set(landings.map(({ task }) => task))].filter((task) => group.tasks.includes(task)).reverse();
  const which =
    landed.length === 0
      ? "none of its tasks has landed"
      : `of its tasks ${someOf(landed, NAMED)} ${landed.length === 1 ? "has" : "have"} landed`;
  throw new WerkError("USAGE", `${group.id} is a group, and work is taken back task by task: ${which}`, {
    field: "task",
    given: word,
    hint:
      landed.length === 0
        ? `What there is of it:  conductor review ${group.id}`
        : landed
            .slice(0, NAMED)
            .map((task) => `conductor undo ${task}`)
            .join("\n"),
    details: { landed },
  });
}

const wordsOf = (wish: UndoWish): string =>
  `conductor undo ${wish.kind === "task" ? wish.task : `--session ${wish.session}`}`;

const againOf = (wish: UndoWish, { as }: UndoFlags): string =>
  `${wordsOf(wish)}${as === undefined ? "" : ` --as ${shellWord(as)}`}`;

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
