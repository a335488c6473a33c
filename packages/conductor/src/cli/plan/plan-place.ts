/** Where a plan's file goes, and whether what is there may be written over. */

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Plan } from "../../model/plan.ts";
import type { PlanState } from "../../model/state.ts";
import { planIdOf } from "../../plan/decompose.ts";
import { loadPlan, type PlanFile, planPath, plansDir } from "../../plan/file.ts";
import type { App } from "../app.ts";
import { digestOf } from "../read-config.ts";
import { hasJournalAt } from "../system/has-journal.ts";

/** A place for a plan of this id, and what is there already. */
export interface PlanPlace {
  readonly path: string;
  /** The plan of the same documents that is there. */
  readonly standing: Plan | null;
  /** Why it may not be written over: it is in taskwerk, somebody has changed it since it was made, it is of other documents. */
  readonly kept: "imported" | "edited" | "other" | null;
  /** The plan that is there when it is another one. */
  readonly other?: PlanFile;
}

/**
 * The place of a plan: `out`, or the file named after its document; that name with the id's letters when another document's
 * plan has it. Throws USAGE for a file that is there and is no plan.
 */
export async function placeOf(
  app: App,
  id: string,
  { out, documents }: { readonly out: string | undefined; readonly documents: readonly string[] },
): Promise<PlanPlace> {
  if (out !== undefined) return lookAt(app, id, out);
  const dir = plansDir(app.root);
  const place = await lookAt(app, id, planPath(dir, { id }));
  if (place.kept !== "other") return place;
  if (place.other !== undefined) refuseSecond(app, place.other, documents);
  return lookAt(app, id, join(dir, `${id}.yaml`));
}

/** Documents whose tasks are in taskwerk already, and that have changed since, would have them all a second time. */
function refuseSecond(app: App, { plan, path }: PlanFile, documents: readonly string[]): void {
  const same = isDeepStrictEqual(plan.sources.map((source) => source.path).sort(), [...documents].sort());
  if (!same || plan.status !== "imported" || app.globals.yes) return;
  throw new WerkError(
    "USAGE",
    `${documents.join(", ")} was imported as plan ${plan.id}, and has changed since: another plan would have its tasks twice.`,
    {
      hint: `Take over what has changed:  conductor plan update ${shellWord(path)}\nA plan of its own all the same:  --yes`,
      field: "prd",
      given: documents[0] ?? "",
    },
  );
}

/** Throws USAGE when writing there would lose what somebody wrote; `--yes` means it. */
export function refuseOverwriting(app: App, { path, kept }: PlanPlace): void {
  if (kept === null || app.globals.yes) return;
  const why = {
    other: "holds a plan of other documents",
    imported: "holds this plan, and it is imported",
    edited: "was edited since it was made",
  }[kept];
  throw new WerkError("USAGE", `${path} ${why}, so it is not written over.`, {
    hint:
      kept === "edited"
        ? `Go on with it:  conductor plan import ${shellWord(path)}     Another file:  -o FILE     Lose the changes:  --yes`
        : "Another file:  -o FILE     Replace it:  --yes",
    field: "out",
    given: path,
  });
}

async function lookAt(app: App, id: string, path: string): Promise<PlanPlace> {
  const there = await stat(path).catch(() => null);
  if (there === null || (there.isFile() && there.size === 0)) return { path, standing: null, kept: null };
  const plan = there.isFile() ? await loadPlan(path).catch(() => null) : null;
  if (plan === null) {
    // A plan that is being edited may not be readable at the moment; a document that was named by mistake never is.
    const noted = there.isFile() ? await notedAt(app, path) : undefined;
    if (noted !== undefined) return { path, standing: null, kept: noted.id === id ? "edited" : "other" };
    throw new WerkError("USAGE", `${path} exists and is no plan, so it is not written over`, {
      hint: "Name another file:  -o plan.yaml",
      field: "out",
      given: path,
    });
  }
  // One that followed its documents keeps the id that it began with.
  if (plan.id !== id && planIdOf(plan.sources) !== id)
    return { path, standing: null, kept: "other", other: { path, plan, changedAt: there.mtime.toISOString() } };
  if (plan.status === "imported") return { path, standing: plan, kept: "imported" };
  const noted = await notedAt(app, path);
  const asMade = noted?.metadata.sha256 === digestOf(await readFile(path, "utf8"));
  return { path, standing: plan, kept: asMade ? null : "edited" };
}

/** The plan that conductor last wrote there, as the journal has it. */
async function notedAt(app: App, path: string): Promise<Pick<PlanState, "id" | "metadata" | "savedAt"> | undefined> {
  if (!hasJournalAt(app.root)) return undefined;
  const { plans } = await (await app.journal()).state();
  const noted = [...plans.values()].flatMap((plan) => {
    const there = plan.file === path ? plan : plan.elsewhere.find(({ file }) => file === path);
    return there === undefined ? [] : [{ id: plan.id, metadata: there.metadata, savedAt: there.savedAt }];
  });
  return noted.sort((a, b) => a.savedAt.localeCompare(b.savedAt)).at(-1);
}
