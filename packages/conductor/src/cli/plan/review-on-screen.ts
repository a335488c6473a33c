/** A plan's file under review on a screen: read, watched, kept and replaced; never over what somebody else has written, unless he was told. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import { writePlanText } from "../../plan/file.ts";
import type { LeftEdit, ReviewScreen, ReviewSession } from "../../plan/review-session.ts";
import type { App } from "../app.ts";
import { stampOf } from "../file-stamp.ts";
import { digestOf } from "../read-config.ts";
import { editingCopyOf, isFileNewer, keepCopy, takeCopyAway } from "./editing-copy.ts";

/** How often it is looked whether somebody else has written the file. */
const LOOK_MS = 1_000;
/** How long nothing is changed before changes are kept: writing them takes a moment that a key would wait for. */
const QUIET_MS = 400;

/** What the file held in the end, and whether changes were left that it does not have. */
export interface Reviewed {
  readonly plan: Plan;
  readonly wasSaved: boolean;
  /** Where changes are that were not saved; null when there are none. */
  readonly kept: string | null;
}

/** Throws PLAN_INVALID where an edit in an editor was left that is no sound plan yet. */
export async function reviewOnScreen(
  app: App,
  screen: ReviewScreen,
  found: { readonly path: string; readonly plan: Plan } & Pick<ReviewSession, "sources" | "making">,
): Promise<Reviewed> {
  const { path: file } = found;
  const copy = editingCopyOf(file);
  const { planFromYaml, planToYaml } = await import("../../plan/plan-yaml.ts");
  let text = await readFile(file, "utf8");
  let plan = planFromYaml(text, file);
  let stamp = stampOf(file);
  let wasSaved = false;
  const took = (now: string, held: Plan): void => {
    text = now;
    plan = held;
    stamp = stampOf(file);
  };
  const keeping = keeper(copy, (kept) => keepCopy(copy, planToYaml(kept, text), text));
  const session: ReviewSession = {
    plan,
    file: shortened(app, file),
    sources: found.sources,
    making: found.making,
    hasColour: app.globals.color !== false && !app.world.env.NO_COLOR,
    left: await leftIn(copy, file, text, planFromYaml),
    async save(changed, force) {
      try {
        const now = await readFile(file, "utf8").catch(() => null);
        if (!force && (now === null || digestOf(now) !== digestOf(text))) return { outcome: "changed" };
        const status = changed.status === "draft" ? "reviewing" : changed.status;
        const next: Plan = { ...changed, status };
        const written = planToYaml(next, now);
        await writePlanText(file, written);
        took(written, next);
        wasSaved = true;
        return { outcome: "saved", status };
      } catch (error) {
        return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async load() {
      try {
        const now = await readFile(file, "utf8");
        const held = planFromYaml(now, basename(file));
        took(now, held);
        return { outcome: "loaded", plan: held };
      } catch (error) {
        return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
      }
    },
    keep: keeping.keep,
    watch(onChange) {
      const timer = setInterval(() => {
        const now = stampOf(file);
        if (now === stamp) return;
        stamp = now;
        void readFile(file, "utf8").then(
          (found) => digestOf(found) !== digestOf(text) && onChange(),
          () => onChange(),
        );
      }, LOOK_MS);
      return () => clearInterval(timer);
    },
    interrupted: app.world.interrupted,
    interrupt: () => process.kill(app.world.pid, "SIGINT"),
  };
  try {
    await screen(session);
  } finally {
    await keeping.settle();
  }
  return { plan, wasSaved, kept: keeping.has() ? copy : null };
}

/** The file as its reader types it, where that is shorter. */
const shortened = (app: App, file: string): string =>
  file.startsWith(`${app.cwd}/`) ? file.slice(app.cwd.length + 1) : file;

/** Keeps the last of several plans once nothing was changed for a moment, one writing at a time. */
function keeper(copy: string, write: (plan: Plan) => Promise<void>) {
  let wanted: Plan | null = null;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const keepLast = async (): Promise<void> => {
    timer = undefined;
    try {
      if (wanted === null) return await takeCopyAway(copy);
      await write(wanted);
    } catch {
      // Where nothing can be kept a save says why it fails.
    }
  };
  const next = (): void => {
    writing = writing.then(keepLast);
  };
  return {
    keep(plan: Plan | null): void {
      wanted = plan;
      clearTimeout(timer);
      timer = setTimeout(next, plan === null ? 0 : QUIET_MS);
    },
    has: () => wanted !== null,
    async settle(): Promise<void> {
      if (timer !== undefined) {
        clearTimeout(timer);
        next();
      }
      await writing;
    },
  };
}

/** Changes that were left in the copy; null when it says what the file says. */
async function leftIn(
  copy: string,
  file: string,
  text: string,
  planFromYaml: (text: string, name: string) => Plan,
): Promise<LeftEdit | null> {
  const found = await readFile(copy, "utf8").catch(() => null);
  if (found === null) return null;
  if (found === text) {
    await takeCopyAway(copy);
    return null;
  }
  try {
    return { plan: planFromYaml(found, basename(file)), isOlder: await isFileNewer(copy, text) };
  } catch (error) {
    if (!isWerkError(error)) throw error;
    throw new WerkError(
      "PLAN_INVALID",
      `an edit that was begun is no sound plan yet: ${error.message}\nIt is in ${copy}`,
      {
        hint: "Go on with it:  conductor plan review --edit     Look at the plan as it is:  conductor plan review --no-tui",
        details: { file: copy },
        cause: error,
      },
    );
  }
}
