/** Plan files: YAML that people edit, read back with the lines of what is wrong, written atomically. */

import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Plan } from "../model/plan.ts";
import { nearNames } from "./read/near-names.ts";

/** A plan file that exists. */
export interface PlanFile {
  readonly path: string;
  /** RFC 3339. */
  readonly changedAt: string;
  readonly plan: Plan;
}

/** Where plans are kept, from a repository's folder. */
export const plansDir = (root: string): string => join(root, ".conductor", "plans");

/** The file that a plan has by default: its id without the letters of its hash, so that a new draft takes its place. */
export const planPath = (dir: string, plan: Pick<Plan, "id">): string =>
  join(dir, `${plan.id.replace(/-[0-9a-f]{6}$/, "")}.yaml`);

/**
 * Writes a plan into a folder of plans, or to `path` when given, and answers where. A file that holds this plan keeps its
 * comments. Atomic: readers see the old plan or the new one. Throws
 * READ_ONLY, STORE_FULL, and PLAN_INVALID for a file that cannot be read.
 */
export async function savePlan(dir: string, plan: Plan, path: string = planPath(dir, plan)): Promise<string> {
  const { planToYaml } = await import("./plan-yaml.ts");
  // Over what cannot be read nothing is written: its comments would be lost.
  const before = await readFile(path, "utf8").catch((error: unknown) => {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw unreadable(path, error);
  });
  await writePlanText(path, planToYaml(plan, before));
  return path;
}

/** A folder in its place is told of by the writing. */
const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/** Writes the text of a plan file, atomically. Throws READ_ONLY, STORE_FULL. */
export async function writePlanText(path: string, text: string): Promise<void> {
  await replacePlanText(path, null, text);
}

/**
 * Writes as {@link writePlanText} does, if the file still says `before`; null = whatever it says. False, and nothing is
 * written, where somebody has written something else into it.
 */
export async function replacePlanText(path: string, before: string | null, text: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // As late as can be: between this and the next line nobody has the time to type anything.
    if (before !== null && (await readFile(path, "utf8").catch(() => null)) !== before) {
      await rm(temporary, { force: true });
      return false;
    }
    await rename(temporary, path);
    return true;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, error);
  }
}

/** The error of a place that cannot be written, in words; others as they are. */
function unwritable(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const why = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOTDIR: "a file is where a folder would be",
    EEXIST: "a file is where a folder would be",
    EISDIR: "it is a directory",
    ENOSPC: "the disk is full",
  }[code ?? ""];
  if (why === undefined) return error;
  return new WerkError(
    code === "ENOSPC" ? "STORE_FULL" : "READ_ONLY",
    `the plan cannot be written to ${path}: ${why}`,
    {
      hint: "Somewhere else:  -o FILE",
      field: "out",
      given: path,
      cause: error,
    },
  );
}

/** Reads a plan file. Throws PLAN_NOT_FOUND (with near names) and PLAN_INVALID (every fault with its line, or why it cannot be read). */
export async function loadPlan(path: string): Promise<Plan> {
  let text: string;
  try {
    const there = await stat(path);
    if (!there.isFile())
      throw new WerkError("PLAN_INVALID", `${path} is ${there.isDirectory() ? "a directory" : "not a regular file"}`, {
        hint: "Name a plan file; all plans: conductor plan list",
      });
    if (there.size > MAX_PLAN_BYTES)
      throw new WerkError("PLAN_INVALID", `${path} is larger than 64 MB`, {
        hint: "Name a plan file; all plans: conductor plan list",
      });
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isWerkError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(path, error);
    const names = await readdir(dirname(resolve(path))).catch(() => [] as string[]);
    const near = nearNames(path.split("/").at(-1) ?? path, names).map((name) => join(dirname(path), name));
    throw new WerkError("PLAN_NOT_FOUND", `there is no plan ${path}`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "See which there are: conductor plan list",
      given: path,
      candidates: near,
    });
  }
  const { planFromYaml } = await import("./plan-yaml.ts");
  return planFromYaml(text, path);
}

/** The error of a file or folder that is there and cannot be read, in words; what is none of the file system stays as it is. */
function unreadable(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const why = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    ELOOP: "its links go in a circle",
    ENAMETOOLONG: "its name is too long",
    EMFILE: "too many files are open",
    ENFILE: "too many files are open",
    EIO: "the disk cannot read it",
  }[code];
  return new WerkError("PLAN_INVALID", `${path} cannot be read: ${why ?? code}`, {
    hint: `See who may:  ls -l ${shellWord(path)}\nAll plans:  conductor plan list`,
    given: path,
    cause: error,
  });
}

const MAX_PLAN_BYTES = 64 * 1024 * 1024;

/** The plan files of a folder, newest first; `onBroken` is told of those that cannot be read as plans. Throws PLAN_INVALID for a folder that cannot be read. */
export async function listPlans(
  dir: string,
  onBroken: (path: string, error: unknown) => void = () => undefined,
): Promise<readonly PlanFile[]> {
  const files = await filesIn(dir);
  const plans = await Promise.all(
    files.map(async ({ path, changedAt }) => {
      try {
        return [{ path, changedAt, plan: await loadPlan(path) }];
      } catch (error) {
        onBroken(path, error);
        return [];
      }
    }),
  );
  return plans.flat();
}

/** The newest plan file. Throws PLAN_NOT_FOUND when there is none, PLAN_INVALID when it cannot be read. */
export async function newestPlan(dir: string): Promise<PlanFile> {
  const newest = (await filesIn(dir))[0];
  if (newest === undefined) {
    throw new WerkError("PLAN_NOT_FOUND", `there is no plan in ${dir}`, {
      hint: "Make one: conductor plan decompose PRD.md",
    });
  }
  return { ...newest, plan: await loadPlan(newest.path) };
}

async function filesIn(dir: string): Promise<readonly { path: string; changedAt: string }[]> {
  const all = await readdir(dir).catch((error: unknown) => {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw unreadable(dir, error);
  });
  const names = all.filter((name) => /^[^.].*\.ya?ml$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      // It may be gone by now, or be a link to nowhere, as the locks of editors are.
      const found = await stat(path).catch(() => null);
      return found === null ? [] : [{ path, mtimeMs: found.mtimeMs, changedAt: found.mtime.toISOString() }];
    }),
  );
  return files
    .flat()
    .sort((a, b) => b.mtimeMs - a.mtimeMs || a.path.localeCompare(b.path))
    .map(({ path, changedAt }) => ({ path, changedAt }));
}
