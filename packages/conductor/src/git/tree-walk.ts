/** Trees as git stores them: their entries, every path below one, and how two differ. Each tree is read once. */
import { WerkError } from "@taskwerk/contract/errors";
import type { ChangedPath } from "../model/repository.ts";
import type { ObjectReader } from "./object-reader.ts";

/** One entry of a tree, or of all that is below it. */
export interface TreeEntry {
  /** As `git ls-tree` says it, e.g. 100644, 120000 (symbolic link), 160000 (submodule), 040000 (directory). */
  readonly mode: string;
  /** Its bytes, one a character: only texts made so may be compared. `pathOf` makes it readable. */
  readonly name: string;
  readonly id: string;
}

export interface TreeWalk {
  /** Everything below a tree that is no directory, in git's order; `name` is the whole path. Throws GIT_FAILED when it has no end. */
  below(tree: string): Promise<readonly TreeEntry[]>;
  /** What is at a path, or null. */
  at(tree: string, path: string): Promise<TreeEntry | null>;
  /** How the second tree differs from the first, in git's order; what was moved is deleted and added. */
  changes(from: string, to: string): Promise<readonly ChangedPath[]>;
}

const DIRECTORY = "040000";
const NOTHING = "000000";
/** So many entries are kept in memory, and so many are looked at for one answer; beyond that git is asked. */
const MAX_ENTRIES = 200_000;
/** More than this is not listed at all: a few trees that name one another can stand for any number of files. */
const MOST_LISTED = 5_000_000;
/** A tree that is larger is not read but left to git. */
const MAX_BYTES = 16 * 1024 * 1024;

/** How git itself answers, for what is too large to be gone through here, or has no end. */
export interface FarTrees {
  below(tree: string): Promise<readonly TreeEntry[]>;
  changes(from: string, to: string): Promise<readonly ChangedPath[]>;
  at(tree: string, path: string): Promise<TreeEntry | null>;
}

/** A path as text; bytes that are no UTF-8 become replacement characters. */
export const pathOf = ({ name }: Pick<TreeEntry, "name">): string => Buffer.from(name, "latin1").toString("utf8");

/** `idBytes`: the length of an object id, 20 or 32. `most`: entries that are kept, and looked at for one answer, before git is asked. */
export function openTreeWalk(
  reader: ObjectReader,
  idBytes: number,
  far: FarTrees,
  most: number = MAX_ENTRIES,
): TreeWalk {
  const known = new Map<string, Promise<readonly TreeEntry[] | null>>();
  let kept = 0;
  const entriesOf: EntriesOf = (tree) => {
    const there = known.get(tree);
    if (there !== undefined) return there;
    const found = readEntries(reader, tree, idBytes);
    known.set(tree, found);
    found.then(
      (entries) => {
        kept += (entries?.length ?? 0) + 1;
        if (kept <= most) return;
        known.clear();
        kept = 0;
      },
      () => known.delete(tree),
    );
    return found;
  };
  return {
    async below(tree) {
      const all = await load(entriesOf, tree, most);
      const count = all === null ? 0 : countOf(all, tree);
      if (count > MOST_LISTED)
        throw new WerkError("GIT_FAILED", `the tree ${tree} has ${count} entries, and ${MOST_LISTED} are looked at`);
      return (all && expand(all, tree, most)) ?? far.below(tree);
    },
    async changes(from, to) {
      return (await compare(entriesOf, { from, to }, most)) ?? far.changes(from, to);
    },
    async at(tree, path) {
      const parts = Buffer.from(path, "utf8").toString("latin1").split("/");
      let place = tree;
      for (const [index, part] of parts.entries()) {
        const entries = await entriesOf(place);
        if (entries === null) return far.at(tree, path);
        const entry = entries.find(({ name }) => name === part);
        if (entry === undefined) return null;
        if (index === parts.length - 1) return entry;
        if (entry.mode !== DIRECTORY) return null;
        place = entry.id;
      }
      return null;
    },
  };
}

type Loaded = ReadonlyMap<string, readonly TreeEntry[]>;
/** null: it is too large to be read here. */
type EntriesOf = (tree: string) => Promise<readonly TreeEntry[] | null>;

/** A tree and all below it, each once however often it is named; null when they are too many. */
async function load(entriesOf: EntriesOf, top: string, most: number): Promise<Loaded | null> {
  const all = new Map<string, readonly TreeEntry[]>();
  let count = 0;
  for (let next = [top]; next.length > 0; ) {
    const lists: (readonly TreeEntry[])[] = [];
    for (const entries of await Promise.all(next.map(entriesOf))) {
      if (entries === null) return null;
      lists.push(entries);
    }
    for (const [index, entries] of lists.entries()) all.set(next[index]!, entries);
    count += lists.reduce((sum, { length }) => sum + length, 0);
    if (count > most) return null;
    const inner = lists.flat().flatMap(({ mode, id }) => (mode === DIRECTORY && !all.has(id) ? [id] : []));
    next = [...new Set(inner)];
  }
  return all;
}

/** How many entries there are below a tree, each as often as it is named. */
function countOf(all: Loaded, top: string): number {
  const counts = new Map<string, number>();
  // The last one is next, and comes again when all below it are known.
  for (const ahead = [top]; ahead.length > 0; ) {
    const tree = ahead.at(-1)!;
    const entries = all.get(tree)!;
    const inner = entries.filter(({ mode }) => mode === DIRECTORY);
    const unknown = new Set(inner.flatMap(({ id }) => (counts.has(id) ? [] : [id])));
    if (unknown.size > 0) ahead.push(...unknown);
    else {
      counts.set(
        tree,
        inner.reduce((sum, { id }) => sum + counts.get(id)!, entries.length),
      );
      ahead.pop();
    }
  }
  return counts.get(top)!;
}

/** Everything below a tree, by whole paths; null when it is too much. */
function expand(all: Loaded, top: string, most: number): readonly TreeEntry[] | null {
  const found: TreeEntry[] = [];
  let left = most;
  // The last one is next.
  const ahead: TreeEntry[] = [{ mode: DIRECTORY, name: "", id: top }];
  for (let entry = ahead.pop(); entry !== undefined; entry = ahead.pop()) {
    if (entry.mode !== DIRECTORY) {
      found.push(entry);
      continue;
    }
    const inner = all.get(entry.id)!;
    left -= inner.length + 1;
    if (left < 0) return null;
    const prefix = entry.name === "" ? "" : `${entry.name}/`;
    for (const each of inner.toReversed()) ahead.push({ ...each, name: prefix + each.name });
  }
  return found;
}

/** How two trees differ; null when there is too much to look at. What is the same in both is not looked into. */
async function compare(
  entriesOf: EntriesOf,
  { from, to }: { readonly from: string; readonly to: string },
  most: number,
): Promise<readonly ChangedPath[] | null> {
  const found: ChangedPath[] = [];
  let left = most;
  const ahead: Pair[] = [{ name: "", before: directory(from), after: directory(to) }];
  for (let pair = ahead.pop(); pair !== undefined; pair = ahead.pop()) {
    const { name, before, after } = pair;
    if (before?.id === after?.id && before?.mode === after?.mode) continue;
    if ((before ?? after)!.mode !== DIRECTORY) {
      found.push({ path: pathOf(pair), ...statusOf(before?.mode ?? NOTHING, after?.mode ?? NOTHING) });
      continue;
    }
    const [old, young] = await Promise.all([before, after].map((one) => (one ? entriesOf(one.id) : [])));
    if (!old || !young) return null;
    left -= old.length + young.length + 1;
    if (left < 0) return null;
    for (const inner of sideBySide(old, young).toReversed())
      ahead.push({ ...inner, name: name === "" ? inner.name : `${name}/${inner.name}` });
  }
  return found;
}

type Side = Pick<TreeEntry, "id" | "mode">;
interface Pair {
  readonly name: string;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

const directory = (id: string): Side => ({ id, mode: DIRECTORY });

async function readEntries(reader: ObjectReader, tree: string, idBytes: number): ReturnType<EntriesOf> {
  const about = await reader.about(tree);
  if (about !== null && about.bytes > MAX_BYTES) return null;
  const found = await reader.read(tree);
  if (found?.type !== "tree") throw new WerkError("GIT_FAILED", `there is no tree ${tree}`, { given: tree });
  const { contents } = found;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < contents.length; ) {
    const space = contents.indexOf(32, at);
    const zero = contents.indexOf(0, space);
    const end = zero + 1 + idBytes;
    if (space < 0 || zero < 0 || end > contents.length) throw new Error(`the tree ${tree} cannot be read`);
    entries.push({
      mode: canonical(contents.toString("latin1", at, space)),
      name: contents.toString("latin1", space + 1, zero),
      id: contents.toString("hex", zero + 1, end),
    });
    at = end;
  }
  return entries;
}

/** Old trees hold other rights than git knows today; it takes them for the nearest. */
function canonical(mode: string): string {
  const bits = Number.parseInt(mode, 8);
  switch (bits & 0o170000) {
    case 0o100000:
      return (bits & 0o100) === 0 ? "100644" : "100755";
    case 0o120000:
      return "120000";
    case 0o040000:
      return DIRECTORY;
    default:
      return "160000";
  }
}

/** git sorts a directory as if its name ended with a slash, so that a file and a directory of one name are two entries. */
const keyOf = ({ name, mode }: TreeEntry): string => (mode === DIRECTORY ? `${name}/` : name);

/** The entries of two trees, in order, those of one name side by side. */
function sideBySide(old: readonly TreeEntry[], young: readonly TreeEntry[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const entry of old) pairs.set(keyOf(entry), { name: entry.name, before: entry, after: undefined });
  for (const entry of young)
    pairs.set(keyOf(entry), { name: entry.name, before: pairs.get(keyOf(entry))?.before, after: entry });
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function statusOf(oldMode: string, newMode: string): Omit<ChangedPath, "path"> {
  const kind = (mode: string): string => mode.slice(0, 2);
  if (oldMode === NOTHING) return { status: "added", oldMode, newMode };
  if (newMode === NOTHING) return { status: "deleted", oldMode, newMode };
  return { status: kind(oldMode) === kind(newMode) ? "modified" : "type-changed", oldMode, newMode };
}
