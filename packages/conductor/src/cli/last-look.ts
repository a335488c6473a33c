/** What `status` found when it last looked, kept beside the journal, and the files it found it in. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_DIRECTORY, STORE_FILE } from "@taskwerk/contract/api-file";
import { refFiles, refIn } from "../git/ref-files.ts";
import { journalFile } from "../journal/directory.ts";
import { lastActive, type RunState } from "../model/state.ts";
import type { GitAudit, ReportFacts, TaskFacts } from "../report/facts.ts";
import type { App } from "./app.ts";
import { type FileStamp, isSettled, stampOf } from "./file-stamp.ts";

/** All that a status is made of while nobody drives, but for the time. */
export interface LastLook {
  readonly state: RunState;
  readonly tasks: readonly TaskFacts[];
  readonly plan: ReportFacts["plan"];
  /** Null where git was not asked. */
  readonly git: GitAudit | null;
}

/** A look that was begun: `since` is when, in milliseconds of the epoch. */
export interface Seen extends LastLook {
  readonly since: number;
  /** The store directory that the tasks came from. */
  readonly store: string;
}

interface Kept {
  readonly v: 1;
  readonly version: string;
  readonly files: Readonly<Record<string, FileStamp>>;
  /** The maps of the state are lists of pairs. */
  readonly look: Omit<LastLook, "state"> & { readonly state: Readonly<Record<keyof RunState, unknown>> };
}

const NAME = "last-look.json";
const MAPS = ["plans", "sessions", "attempts", "attemptsByTask", "receipts", "decisions"] as const;
const TASK_FIELDS = ["id", "title", "status", "status_reason", "key", "children", "depends_on", "metadata"] as const;

/**
 * What the last look found, when nothing it was found in has changed since: the journal, the store of tasks, the plans, and
 * the refs (where `withGit`: what git was asked about is below the same tips). Null where that cannot be told.
 */
export function recall(app: App, withGit: boolean): LastLook | null {
  if (elsewhere(app)) return null;
  try {
    const kept = JSON.parse(readFileSync(pathOf(app), "utf8")) as Kept;
    if (kept.v !== 1 || kept.version !== app.world.version || (withGit && kept.look.git === null)) return null;
    for (const [path, stamp] of Object.entries(kept.files)) if (stampOf(path) !== stamp) return null;
    const state = { ...kept.look.state };
    for (const name of MAPS) state[name] = new Map(state[name] as readonly [string, unknown][]);
    return { ...kept.look, state: state as unknown as RunState };
  } catch {
    // There is none, or it is damaged: then everybody is asked.
    return null;
  }
}

/**
 * Keeps what was found, where each file it was found in has been as it is now since the look began. Nothing is said where it
 * cannot be kept: the next look asks again.
 */
export function remember(app: App, { since, store, ...look }: Seen): void {
  const { root } = app;
  if (elsewhere(app) || store !== join(root, STORE_DIRECTORY)) return;
  try {
    const refs = look.git === null ? [] : refsUnder(app.repositoryRoot(), look.state, look.git);
    if (refs === null) return;
    const databases = [journalFile(root), join(store, STORE_FILE)].flatMap((path) => [path, `${path}-wal`]);
    const paths = [app.world.bundle, ...databases, ...plansUnder(root), ...refs];
    const files = Object.fromEntries(paths.map((path) => [path, stampOf(path)]));
    if (!Object.values(files).every((stamp) => isSettled(stamp, since))) return;
    write(pathOf(app), { v: 1, version: app.world.version, files, look: plain(look) });
  } catch {
    // As if nobody had looked.
  }
}

/** The folder of plans, and everything in it. */
function plansUnder(root: string): readonly string[] {
  const dir = join(root, ".conductor", "plans");
  return [dir, ...(existsSync(dir) ? readdirSync(dir) : []).map((name) => join(dir, name))];
}

/** The files of the refs that git was asked about; null when they do not say what git said. */
function refsUnder(root: string, state: RunState, git: GitAudit): readonly string[] | null {
  const { target, integration } = lastActive(state)!;
  if (refIn(root, target) !== git.target || refIn(root, integration) !== git.integration) return null;
  return refFiles(root, [...new Set([target, integration, ...state.landings.map(({ ref }) => ref)])]);
}

function plain({ state, tasks, plan, git }: LastLook): Kept["look"] {
  const pairs = Object.fromEntries(MAPS.map((name) => [name, [...state[name]]]));
  const fields = (task: TaskFacts) => Object.fromEntries(TASK_FIELDS.map((field) => [field, task[field]]));
  return {
    state: { ...state, ...pairs },
    tasks: tasks.map(fields) as unknown as readonly TaskFacts[],
    plan,
    git,
  };
}

/** Whole or not at all, for the user alone. */
function write(path: string, kept: Kept): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(kept), { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const pathOf = ({ root }: App): string => join(root, ".conductor", NAME);

/** The tasks may be another store's than the one beside the journal. */
const elsewhere = ({ globals, world }: App): boolean =>
  typeof globals.useTaskwerk === "string" || Boolean(world.env.TASKWERK_URL || world.env.TASKWERK_DIR);
