import { createHash } from "node:crypto";
import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Output } from "@taskwerk/terminal/output";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import type { PlanDiff } from "../../plan/diff.ts";
import { saveWithMade } from "../../plan/made-plan.ts";
import type { PlanUpdate } from "../../plan/plan-update.ts";
import { refuseUnfit } from "../../plan/to-batch.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { mayAsk, saysYes } from "../may-talk.ts";
import { type Verb, wordOf } from "../verb.ts";
import { diffLines, updateLines } from "./diff-view.ts";
import { findPlan } from "./find-plan.ts";
import { notePlan } from "./make-plan.ts";
import { maxDepthOf } from "./max-depth.ts";
import { refuseChanged } from "./refuse-changed.ts";
import { type Renewal, type RenewFlags, renewPlan } from "./renew-plan.ts";
import { replacePlan, saysSame } from "./replace-plan.ts";

/** What an update does, or would do. */
export interface UpdatedPlan {
  readonly id: string;
  readonly file: string;
  readonly documents: readonly string[];
  readonly diff: PlanDiff;
  /** null where the plan is not in taskwerk yet. */
  readonly taskwerk: Omit<PlanUpdate, "rows" | "basis"> | null;
  readonly applied: boolean;
}

type UpdateFlags = RenewFlags & { readonly confirm?: boolean; readonly dryRun?: boolean; readonly allowGaps?: boolean };

/** `plan update [PLAN]`: the plan follows its documents, and taskwerk the plan; what was begun is left alone. */
export const updatePlanVerb: Verb<UpdateFlags> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--confirm", "yes, do it")
      .option("--dry-run", "only show what would be done")
      .option("--allow-gaps", "although a MUST has no task")
      .option("--max-depth <n>", "how deep the tree may be (3)")
      .option("--planner <name>", "outline, claude-api or claude-cli; default the one that made the plan"),
  async run(app, [named], flags) {
    maxDepthOf(flags.maxDepth, null);
    const { path, plan } = await findPlan(app, wordOf(named));
    const renewal = await renewPlan(app, plan, path, flags);
    const shown = (applied: boolean): UpdatedPlan => shownUpdate(path, renewal, applied);
    if (flags.dryRun || !hasWork(renewal)) {
      app.show("plan.update", shown(false), updateView);
      return undefined;
    }
    refuseUnfit(renewal.after, { allowGaps: flags.allowGaps ?? false, typed: path });
    const seen = await confirm(app, renewal, path, flags);
    await refuseChanged(path, renewal.before, "conductor plan update");
    await apply(app, renewal, path);
    app.show("plan.update", shown(true), seen ? doneView : updateView);
    return undefined;
  },
};

export const shownUpdate = (
  file: string,
  { after, diff, documents, update }: Renewal,
  applied: boolean,
): UpdatedPlan => ({
  id: after.id,
  file,
  documents,
  diff,
  taskwerk:
    update === null
      ? null
      : {
          added: update.added,
          changed: update.changed,
          orphaned: update.orphaned,
          left: update.left,
          reopened: update.reopened,
        },
  applied,
});

const hasWork = ({ documents, update }: Renewal): boolean => documents.length > 0 || (update?.rows.length ?? 0) > 0;

/** True when it was shown to a person, who said yes. */
async function confirm(app: App, renewal: Renewal, file: string, flags: UpdateFlags): Promise<boolean> {
  if (flags.confirm || app.globals.yes) return false;
  if (!mayAsk(app))
    throw new WerkError("CONFIRMATION_REQUIRED", `the update of ${renewal.after.id} was not confirmed`, {
      hint: "See what it would do:  conductor plan update --dry-run\nDo it:  conductor plan update --confirm",
    });
  showScreen(app, shownUpdate(file, renewal, false));
  if (!(await saysYes(app, `Update ${renewal.after.id}?`)))
    throw new WerkError("CONFIRMATION_REQUIRED", "nothing was changed", { hint: "conductor plan update --confirm" });
  return true;
}

const showScreen = (app: App, data: UpdatedPlan): void => updateScreen(app.output, data, false);

/** taskwerk first, all or nothing: whatever ends it before the file is written, the same command goes on from there. */
async function apply(app: App, { before, after, made, used, update, tasks }: Renewal, file: string): Promise<void> {
  if (tasks !== null && update !== null && update.rows.length > 0) await applyTo(tasks, after, update);
  if (before === after) return;
  const save = (): Promise<void> => replaceFile(file, before, after);
  await (made === null ? save() : saveWithMade(app.root, made, save));
  // A draft that people edited must not be taken for one that nobody has touched.
  await notePlan(app, after, file, used, { isAsMade: after.status === "imported" });
}

/** Throws REV_MISMATCH where somebody else has written the file since it was read; taskwerk may have the update by then. */
async function replaceFile(file: string, before: Plan, after: Plan): Promise<void> {
  const written = await replacePlan(file, async (now) => ((await saysSame(now, before)) ? after : null));
  if (written !== null) return;
  throw new WerkError(
    "REV_MISMATCH",
    `${file} was written by somebody else during the update, so it is left as it is. What taskwerk was to be told, it was told.`,
    {
      hint: `Look at it:  conductor plan show ${shellWord(file)}\nBring both together:  conductor plan update ${shellWord(file)}`,
      given: file,
    },
  );
}

/** One operation in taskwerk, all or none: what is closed and gets something to do is opened in the same. */
async function applyTo(tasks: Tasks, { id }: Plan, { rows, reopened, basis }: PlanUpdate): Promise<void> {
  const ids = reopened.map((task) => task.id);
  // The same rows may come again when the plan has gone there and back: only a retry of this very update is the same.
  const digest = createHash("sha256")
    .update(JSON.stringify([ids, rows, basis]))
    .digest("hex");
  const reason = `plan ${id} has something to do here`;
  await tasks.updateTasks(rows, { ids, reason }, `${id}@${digest.slice(0, 16)}`);
}

export const updateView: View<UpdatedPlan> = {
  fields: ["id", "applied"],
  known: ["id", "file", "documents", "diff", "taskwerk", "applied"],
  items: (data) => [{ ...data }],
  piped: "screen",
  screen: (output, { data }) => updateScreen(output, data, true),
};

/** `next`: what to type to have it done, on a terminal. */
function updateScreen(output: Output, { id, documents, diff, taskwerk, applied }: UpdatedPlan, next: boolean): void {
  const changed = documents.length === 0 ? "its documents are as they were" : `changed: ${documents.join(", ")}`;
  output.line(`Plan ${id}, ${changed}.`);
  if (!diff.same || diff.moved > 0) diffLines(output, diff);
  if (taskwerk !== null) updateLines(output, taskwerk);
  const work = documents.length > 0 || touchedBy(taskwerk) > 0;
  if (applied) output.line(doneLine(taskwerk));
  else if (!work) output.line("Nothing to do.");
  if (next && !applied && work && output.isTTY) {
    output.line();
    output.line("Next   conductor plan update --confirm");
  }
}

/** Where it was all seen a moment ago. */
const doneView: View<UpdatedPlan> = {
  ...updateView,
  screen: (output, { data }) => output.line(doneLine(data.taskwerk)),
};

const touchedBy = (taskwerk: UpdatedPlan["taskwerk"]): number =>
  taskwerk === null ? 0 : taskwerk.added.length + taskwerk.changed.length + taskwerk.orphaned.length;

const doneLine = (taskwerk: UpdatedPlan["taskwerk"]): string =>
  taskwerk === null
    ? "The plan file is up to date."
    : `Done: ${counted(touchedBy(taskwerk), "task")} in taskwerk, and the plan file.`;
