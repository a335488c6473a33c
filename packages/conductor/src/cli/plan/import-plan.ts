import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { ImportResult } from "@taskwerk/contract/import-tasks";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Task } from "@taskwerk/contract/task";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import { updateOf } from "../../plan/plan-update.ts";
import { externalKeyOf, importIdempotencyKey, refuseUnfit, toBatch } from "../../plan/to-batch.ts";
import { FIRST_RUN } from "../../report/go-on.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { saysYes } from "../may-talk.ts";
import { nextLines } from "../next-lines.ts";
import { ensureStore } from "../system/ensure-store.ts";
import { notePlan } from "./make-plan.ts";
import { refuseChanged } from "./refuse-changed.ts";
import { replacePlan } from "./replace-plan.ts";
import { sourcesToCheck } from "./sources-of.ts";
import { storedTasksOf } from "./stored-plan.ts";

export interface Imported extends ImportResult {
  readonly plan: string;
}

export interface ImportFlags {
  readonly allowGaps?: boolean;
  readonly confirm?: boolean;
}

/**
 * Puts a plan's tasks into taskwerk: one batch, all or none; the same plan again adds nothing. Throws PLAN_INVALID,
 * POLICY_UNMET, DUPLICATE_KEY for tasks that are not the plan's, IDEMPOTENCY_MISMATCH where the plan has changed since,
 * REV_MISMATCH where its file was written after it was read.
 */
export async function importPlan(app: App, plan: Plan, file: string, flags: ImportFlags): Promise<Imported> {
  const rows = toBatch(plan, {
    allowGaps: flags.allowGaps ?? false,
    sources: await sourcesToCheck(app, plan, file),
    typed: file,
  });
  await refuseChanged(file, plan, "conductor plan import");
  await ensureStore(app);
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 10_000 });
  const stored = await storedTasksOf(tasks, plan);
  const key = importIdempotencyKey(plan);
  const answer = await tasks.importTasks(rows, key, "fail").catch(async (error: unknown) => {
    if (!isWerkError(error) || !THERE.has(error.code)) throw error;
    refuseDiffering(app, plan, await storedTasksOf(tasks, plan), file, error);
    return nothingAdded(plan);
  });
  const after = new Set((await tasks.keyed(externalKeyOf(plan, ""))).map((task) => task.key));
  if (rows.some((row) => !after.has(row.key ?? null)))
    throw new WerkError(
      "IDEMPOTENCY_MISMATCH",
      `${plan.id} was imported before, and tasks of it were taken back or deleted in taskwerk since. Nothing was changed.`,
      { hint: "See what was done:  taskwerk log\nTake the taking back back:  taskwerk undo --op OP" },
    );
  // The same batch again is answered with what the first one did, whatever became of the tasks since.
  const there = new Set(stored.map((task) => task.key));
  const repeated = rows.every((row) => there.has(row.key ?? null));
  if (repeated) refuseDiffering(app, plan, stored, file);
  const result = repeated ? nothingAdded(plan) : answer;
  if (plan.status !== "imported") {
    // What somebody wrote into it since then stays.
    const imported = await replacePlan(file, (now) => ({ ...now, status: "imported" }));
    if (imported === null)
      app.note(`${file} cannot be marked as imported at the moment; once it is a plan again:  conductor plan import`);
    else await notePlan(app, imported, file);
  }
  return { ...result, plan: plan.id };
}

const nothingAdded = ({ tasks }: Plan): ImportResult => ({
  created: 0,
  updated: 0,
  skipped: tasks.length,
  format: null,
  ids: {},
  new_ids: [],
  list: "taskwerk list --all",
});

/**
 * The plan is there already: nothing is wrong as long as an update has nothing to do. Throws IDEMPOTENCY_MISMATCH where it has;
 * what an update leaves alone too is only told.
 */
function refuseDiffering(app: App, plan: Plan, stored: readonly Task[], file: string, cause?: unknown): void {
  const { added, orphaned, left, rows } = updateOf(plan, stored, new Set());
  if (rows.length === 0) {
    if (left.length > 0)
      app.note(
        `${counted(left.length, "task")} of ${plan.id} ${left.length === 1 ? "says" : "say"} something else in taskwerk, and ${left.length === 1 ? "is" : "are"} left alone:  conductor plan diff ${shellWord(file)}`,
      );
    return;
  }
  const changed = rows.length - added.length - orphaned.length;
  const what = [
    ...(added.length === 0 ? [] : [`${added.length} new`]),
    ...(changed === 0 ? [] : [`${changed} changed`]),
    ...(orphaned.length === 0 ? [] : [`${orphaned.length} gone`]),
  ].join(", ");
  throw new WerkError(
    "IDEMPOTENCY_MISMATCH",
    `${plan.id} was imported before, and this file says something else (${what}). Nothing was changed.`,
    { hint: `See what differs, and take it over:  conductor plan update ${shellWord(file)}`, cause },
  );
}

const THERE: ReadonlySet<string> = new Set(["IDEMPOTENCY_MISMATCH", "DUPLICATE_KEY"]);

/**
 * Without --confirm a person is asked; where there is none, it is refused. A plan that cannot be imported is not asked about:
 * throws PLAN_INVALID and POLICY_UNMET as {@link importPlan} does.
 */
export async function confirmImport(
  app: App,
  plan: Plan,
  file: string,
  flags: ImportFlags & { /** How to say yes on the command line. */ readonly yes?: string },
): Promise<void> {
  if (flags.confirm || app.globals.yes) return;
  const sources = await sourcesToCheck(app, plan, file);
  refuseUnfit(plan, { allowGaps: flags.allowGaps ?? false, sources, typed: file });
  const { world } = app;
  if (!world.stdinIsTTY || !world.stdoutIsTTY || app.globals.input === false)
    throw new WerkError("CONFIRMATION_REQUIRED", `importing ${plan.id} was not confirmed`, {
      hint: `Say so:  ${flags.yes ?? "--confirm"}`,
    });
  if (!(await saysYes(app, `Import ${counted(plan.tasks.length, "task")} of ${plan.id} into taskwerk?`)))
    throw new WerkError("CONFIRMATION_REQUIRED", "nothing was imported", { hint: "conductor plan import --confirm" });
}

export const importedView: View<Imported> = {
  fields: ["plan", "created", "updated", "skipped"],
  known: ["plan", "created", "updated", "skipped", "ids", "list"],
  items: (imported) => [{ ...imported, id: imported.plan }],
  piped: "screen",
  screen(output, { data }) {
    if (data.created === 0)
      output.line(
        data.skipped === 1
          ? `Nothing to add: the task of ${data.plan} is in taskwerk already.`
          : `Nothing to add: the ${data.skipped} tasks of ${data.plan} are in taskwerk already.`,
      );
    else
      output.line(
        `${counted(data.created, "task")} of ${data.plan} ${data.created === 1 ? "is" : "are"} in taskwerk now.${data.skipped > 0 ? ` ${data.skipped} ${data.skipped === 1 ? "was" : "were"} there.` : ""}`,
      );
    if (!output.isTTY) return;
    output.line();
    for (const line of nextLines([FIRST_RUN, "taskwerk list"], output)) output.line(line);
  },
};
