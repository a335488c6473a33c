/** What `status` found when it last looked, kept beside the journal, and the files it found it in. */
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_DIRECTORY, STORE_FILE } from "@taskwerk/contract/api-file";
import { refFiles, refIn } from "../git/ref-files.ts";
import { journalFile } from "../journal/directory.ts";
import { emptyState, lastActive, type RunState } from "../model/state.ts";
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

/** A look that was begun. */
export interface Begun {
  /** When, in milliseconds of the epoch. */
  readonly since: number;
  /** What it comes from, as it was then; null where that may not be looked at. */
  readonly before: Stamps | null;
}

/** A look that has come to its end. */
export interface Seen extends LastLook, Begun {
  /** The store directory that the tasks came from. */
  readonly store: string;
}

type Stamps = Readonly<Record<string, FileStamp>>;

interface Kept {
  readonly v: 4;
  readonly version: string;
  readonly files: Stamps;
  /** The maps of the state are lists of pairs. */
  readonly look: Omit<LastLook, "state"> & { readonly state: Readonly<Record<keyof RunState, unknown>> };
}

const NAME = "last-look.json";
/** What is larger is neither kept nor read. */
const MOST_BYTES = 64 * 1024 * 1024;
type MapName = { [K in keyof RunState]: RunState[K] extends ReadonlyMap<string, unknown> ? K : never }[keyof RunState];

/** Every map of a state, whichever it has. */
const MAPS = Object.entries(emptyState()).flatMap(([name, value]) => (value instanceof Map ? [name as MapName] : []));
const TASK_FIELDS = [
  "id",
  "title",
  "status",
  "status_reason",
  "key",
  "children",
  "depends_on",
  "metadata",
  "estimate_minutes",
  "claim",
] as const;

/** To be called before anybody is asked. */
export function beginLook(app: App): Begun {
  const since = app.world.now().getTime();
  try {
    return { since, before: stampsOf(sourcesOf(app)) };
  } catch {
    // Whoever opens it says why.
    return { since, before: null };
  }
}

/**
 * What the last look found, when nothing it was found in has changed since: the journal, the store of tasks, the plans, and
 * the refs (where `withGit`: what git was asked about is below the same tips). Null where that cannot be told.
 */
export function recall(app: App, withGit: boolean): LastLook | null {
  if (storeElsewhere(app)) return null;
  try {
    const kept = readKept(pathOf(app));
    if (kept === null) return null;
    // A repository may have brought such a file: it can name nothing of this machine, but leave it out.
    if (!sourcesOf(app).every((path) => Object.hasOwn(kept.files, path))) return null;
    if (kept.v !== 4 || kept.version !== app.world.version || (withGit && kept.look.git === null)) return null;
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
export function remember(app: App, { since, before, store, ...look }: Seen): void {
  const { root } = app;
  if (storeElsewhere(app) || before === null || store !== join(root, STORE_DIRECTORY)) return;
  try {
    const refs = look.git === null ? [] : refsUnder(app.repositoryRoot(), look.state, look.git);
    if (refs === null) return;
    const files = stampsOf([...sourcesOf(app), ...plansUnder(root), ...refs]);
    // The clock of files may be another one, and any clock may be set.
    if (!Object.entries(before).every(([path, stamp]) => files[path] === stamp)) return;
    if (!Object.values(files).every((stamp) => isSettled(stamp, since))) return;
    write(pathOf(app), { v: 4, version: app.world.version, files, look: plain(look) });
  } catch {
    // As if nobody had looked.
  }
}

/** What every look comes from: the program itself, the journal, and the store beside it. */
const sourcesOf = ({ root, world }: App): readonly string[] => [
  world.bundle,
  ...[journalFile(root), join(root, STORE_DIRECTORY, STORE_FILE)].flatMap((path) => [path, `${path}-wal`]),
];

const stampsOf = (paths: readonly string[]): Stamps => Object.fromEntries(paths.map((path) => [path, stampOf(path)]));

/** Null when it is no plain file: whoever made a link may have it lead to what never ends. */
function readKept(path: string): Kept | null {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size > MOST_BYTES) return null;
  return JSON.parse(readFileSync(path, "utf8")) as Kept;
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
  const text = JSON.stringify(kept);
  if (Buffer.byteLength(text) > MOST_BYTES) return;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const pathOf = ({ root }: App): string => join(root, ".conductor", NAME);

/** The tasks may be another store's than the one beside the journal. */
export const storeElsewhere = ({ globals, world }: App): boolean =>
  typeof globals.useTaskwerk === "string" || Boolean(world.env.TASKWERK_URL || world.env.TASKWERK_DIR);
