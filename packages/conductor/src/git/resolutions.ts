/**
 * Resolutions that landed, kept for the same conflict in the same file. git's own `rerere` finds and applies them, each time in
 * a repository of its own that holds that one conflict: never the user's `.git/rr-cache`, and nothing is left half done when the
 * end comes. What git's cache does not know is kept beside it: the file, the task and the commit that a resolution comes from.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Conflict, ConflictedPath, Resolution } from "../model/conflict.ts";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";
import { openStore } from "./store.ts";

/** Where a resolution comes from. */
export interface Origin {
  readonly task: string;
  readonly commit: string;
  /** RFC 3339. */
  readonly at: string;
}

/** So many are kept, the newest, and none for longer: as git itself forgets resolutions after 60 days. */
const KEPT = 200;
const KEPT_MS = 60 * 24 * 3600_000;
const MAX_BYTES = 1_000_000;
const MAX_PATHS = 50;
const MARKER = /^(?:<{7,}|\|{7,}|={7,}|>{7,})(?: |\r?$)/m;
const FILE_MODES: readonly string[] = ["100644", "100755"];
/** What git reads while it merges. */
const READ_BY_GIT: readonly string[] = [".gitattributes", ".gitmodules", ".gitignore"];

/** Settles every path of the conflict as it was settled before, or none. Runs git alone. */
export async function recallResolution(repository: UserRepository, conflict: Conflict, now: Date): Promise<Resolution> {
  const texts = await conflictTexts(repository, conflict);
  if (typeof texts === "string") return passed(texts);
  const files = new Map<string, Uint8Array>();
  const origins = new Set<string>();
  for (const [path, text] of texts) {
    const found = await inPlace(repository, path, async (place) => {
      const id = await place.conflictId(text);
      if (id === null) return null;
      const kept = join(libraryOf(repository), entryOf(path, id));
      const origin = await originIn(kept);
      if (origin === null || now.getTime() - Date.parse(origin.at) > KEPT_MS) return null;
      await cp(kept, join(place.cache, id), { recursive: true });
      const settled = await place.afresh(text);
      return MARKER.test(settled) ? null : { settled, origin };
    });
    if (found === null) return passed(`no resolution of ${path} is kept for this conflict`);
    files.set(path, Buffer.from(found.settled));
    origins.add(`${found.origin.task} (${found.origin.commit.slice(0, 7)})`);
  }
  return { kind: "resolved", files, how: `as in ${[...origins].join(", ")}` };
}

/**
 * Keeps how `tree` settles a conflict, for each path of which git can keep it. Answers the paths. The tree must have been made
 * on top of one side, and have landed.
 */
export async function recordResolution(
  repository: UserRepository,
  { conflict, tree, origin }: { readonly conflict: Conflict; readonly tree: string; readonly origin: Origin },
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const path of conflict.paths.map((one) => one.path)) {
    const one = { ...conflict, paths: conflict.paths.filter((other) => other.path === path) };
    const texts = await conflictTexts(repository, one);
    const settled = await repository.readFile(tree, path);
    if (typeof texts === "string" || settled === null || settled.length > MAX_BYTES || settled.includes(0)) continue;
    const text = settled.toString("utf8");
    if (MARKER.test(text)) continue;
    const done = await inPlace(repository, path, async (place) => {
      const id = await place.conflictId(texts.get(path)!);
      if (id === null) return false;
      await place.rerere(text);
      if (await isMissing(join(place.cache, id, "postimage"))) return false;
      await writeFile(join(place.cache, id, "origin.json"), `${JSON.stringify(origin)}\n`, { mode: 0o600 });
      const entry = join(libraryOf(repository), entryOf(path, id));
      await rm(entry, { recursive: true, force: true });
      // It gets its name last, so what is there by that name is whole.
      await rename(join(place.cache, id), entry);
      return true;
    });
    if (done) kept.push(path);
  }
  await forgetOld(libraryOf(repository), Date.parse(origin.at));
  return kept;
}

const libraryOf = ({ storeDir }: UserRepository): string => join(storeDir, "resolutions");

/** A resolution counts for the file it was made in: git itself would take it for the same lines anywhere. */
const entryOf = (path: string, id: string): string =>
  `${createHash("sha256").update(path).digest("hex").slice(0, 32)}-${id}`;

/** The conflicting files with their markers, by path; or why they are not for this. */
async function conflictTexts(
  repository: UserRepository,
  { tree, paths }: Conflict,
): Promise<ReadonlyMap<string, string> | string> {
  if (paths.length > MAX_PATHS) return `more than ${MAX_PATHS} files conflict`;
  const unfit = paths.map(whyUnfit).find((why) => why !== null);
  if (unfit !== undefined) return unfit;
  const sides = paths.map((one) => ({
    path: one.path,
    blobs: [one.base, one.ours, one.theirs].flatMap((s) => s?.blob ?? []),
  }));
  const contents = await repository.blobs(sides.flatMap(({ blobs }) => blobs));
  const texts = new Map<string, string>();
  for (const { path, blobs } of sides) {
    for (const blob of blobs) {
      const bytes = contents.get(blob)!;
      if (bytes.length > MAX_BYTES) return `${path} is too large`;
      if (bytes.includes(0)) return `${path} is no text`;
      if (MARKER.test(bytes.toString("utf8"))) return `${path} is committed with conflict markers in it`;
    }
    const marked = (await repository.readFile(tree, path))?.toString("utf8") ?? "";
    if (!MARKER.test(marked)) return `${path} does not conflict by its lines`;
    texts.set(path, marked);
  }
  return texts;
}

function whyUnfit({ path, base, ours, theirs }: ConflictedPath): string | null {
  if (matchesAny(LOCKFILES, path)) return `${path} is a lockfile`;
  if (READ_BY_GIT.includes(basename(path).toLowerCase())) return `${path} tells git what to do`;
  if (isAbsolute(path) || path.split("/").some((part) => part === ".." || part === ""))
    return `${path} is no plain name`;
  const plain = [base, ours, theirs].every((side) => side === null || FILE_MODES.includes(side.mode));
  return ours === null || theirs === null || !plain ? `${path} is not a plain file on both sides` : null;
}

/** A repository with one conflict in it. */
interface Place {
  readonly cache: string;
  /** Has git remember the conflict of this text; its name for it, or null when it finds none. */
  readonly conflictId: (text: string) => Promise<string | null>;
  /** Writes the file, lets git do what it knows, and reads it again. */
  readonly rerere: (text: string) => Promise<string>;
  /** The same, as if git had not met this conflict before. */
  readonly afresh: (text: string) => Promise<string>;
}

async function inPlace<T>(repository: UserRepository, path: string, use: (place: Place) => Promise<T>): Promise<T> {
  const { git, storeDir, objectsDir, objectFormat } = repository;
  const library = libraryOf(repository);
  await mkdir(library, { recursive: true, mode: 0o700 });
  const top = scratchIn(storeDir, "incoming", "resolving");
  const [gitDir, workTree] = [join(top, "git"), join(top, "tree")];
  const cache = join(gitDir, "rr-cache");
  const file = join(workTree, path);
  const call = {
    gitDir,
    workTree,
    indexFile: join(gitDir, "index"),
    config: ["rerere.enabled=true", "rerere.autoUpdate=false", "core.bare=false"],
  };
  const rerere = async (text: string): Promise<string> => {
    await writeFile(file, text);
    await git(["rerere"], call);
    return readFile(file, "utf8");
  };
  try {
    await openStore(gitDir, objectsDir, objectFormat);
    for (const dir of [cache, dirname(file)]) await mkdir(dir, { recursive: true, mode: 0o700 });
    // Which blobs they are is nothing to rerere; that there are two sides is.
    const nobody = (objectFormat === "sha1" ? "1" : "2").repeat(objectFormat === "sha1" ? 40 : 64);
    const stages = [2, 3].map((stage) => `100644 ${nobody} ${stage}\t${path}\0`).join("");
    await git(["update-index", "-z", "--index-info"], { ...call, input: stages });
    return await use({
      cache,
      rerere,
      afresh: async (text) => {
        await rm(join(gitDir, "MERGE_RR"), { force: true });
        return rerere(text);
      },
      conflictId: async (text) => {
        await rerere(text);
        const [id] = await readdir(cache);
        return id !== undefined && /^[0-9a-f]{40,64}$/.test(id) ? id : null;
      },
    });
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

async function originIn(entry: string): Promise<Origin | null> {
  const text = await readFile(join(entry, "origin.json"), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const { task, commit, at } = JSON.parse(text) as Partial<Origin>;
    return typeof task === "string" && typeof commit === "string" && typeof at === "string"
      ? { task, commit, at }
      : null;
  } catch {
    return null;
  }
}

/** What is older than it may be, and more than may be kept. */
async function forgetOld(library: string, now: number): Promise<void> {
  const names = await readdir(library).catch(() => []);
  const ages = await Promise.all(
    names.map(async (name) => {
      const origin = await originIn(join(library, name));
      return { name, at: origin === null ? 0 : Date.parse(origin.at) || 0 };
    }),
  );
  const newest = ages.toSorted((a, b) => b.at - a.at);
  const old = newest.filter(({ at }, place) => place >= KEPT || now - at > KEPT_MS);
  for (const { name } of old) await rm(join(library, name), { recursive: true, force: true });
}

const isMissing = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => false,
    () => true,
  );

const passed = (reason: string): Resolution => ({ kind: "passed", reason });
