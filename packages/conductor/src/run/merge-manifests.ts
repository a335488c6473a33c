/** Settles what two commits conflict in within package.json, where each has changed other keys. */
import { basename } from "node:path";
import type { Conflict, ConflictedPath, Side } from "../model/conflict.ts";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";
import { manifestOf } from "../model/manifest.ts";
import type { Repository } from "../model/repository.ts";

export interface MergedManifests {
  /** The rest of the conflict: its lockfiles, in a tree in which the manifests are merged. */
  readonly conflict: Conflict;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A manifest that is larger is not looked at. */
const LIMIT = 1024 * 1024;
const FILE_MODES: readonly string[] = ["100644", "100755"];

/**
 * Null where no package.json conflicts, or where something else does that is no lockfile. Or, in words, why they cannot be
 * merged: where both sides have made something else of one key, somebody has to choose.
 */
export async function mergeManifests(
  repository: Pick<Repository, "blobs" | "withFiles">,
  { tree, paths }: Conflict,
): Promise<MergedManifests | string | null> {
  const manifests = paths.filter(({ path }) => basename(path) === "package.json");
  const lockfiles = paths.filter(({ path }) => matchesAny(LOCKFILES, path));
  if (manifests.length === 0 || manifests.length + lockfiles.length < paths.length) return null;
  const ids = manifests.flatMap((one) => [one.base, one.ours, one.theirs]).flatMap((side) => side?.blob ?? []);
  const blobs = await repository.blobs(ids);
  const textOf = (side: Side | null): string | null => (side === null ? null : blobs.get(side.blob)!.toString("utf8"));
  const files = new Map<string, Uint8Array>();
  for (const one of manifests) {
    if (!isPlain(one)) return `${one.path} is not a plain file on both sides`;
    const merged = mergedText(textOf(one.base), textOf(one.ours) ?? "", textOf(one.theirs) ?? "");
    if ("problem" in merged) return `${one.path}: ${merged.problem}`;
    files.set(one.path, Buffer.from(merged.text));
  }
  return { conflict: { tree: await repository.withFiles(tree, files), paths: lockfiles }, files };
}

const isPlain = ({ base, ours, theirs }: ConflictedPath): boolean =>
  ours !== null &&
  theirs !== null &&
  [base, ours, theirs].every((side) => side === null || FILE_MODES.includes(side.mode));

/** Written as ours is: its indent, its ends of lines, its keys first, and sorted where both sides have them sorted. */
function mergedText(
  base: string | null,
  ours: string,
  theirs: string,
): { readonly text: string } | { readonly problem: string } {
  if ([base ?? "", ours, theirs].some((text) => text.length > LIMIT)) return { problem: "it is too large" };
  const [old, mine, other] = [manifestOf(base), manifestOf(ours), manifestOf(theirs)];
  if (old === null || mine === null || other === null) return { problem: "it cannot be read" };
  const clashes: string[] = [];
  const value = mergeKeys(old, mine, other, { path: "", clashes });
  if (clashes.length > 0) return { problem: `both sides have changed ${clashes.slice(0, 3).join(", ")}` };
  const indent = /^[ \t]+(?=")/m.exec(ours)?.[0] ?? "  ";
  const text = `${JSON.stringify(value, null, indent)}${ours.endsWith("\n") ? "\n" : ""}`;
  return { text: ours.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text };
}

type Keys = Readonly<Record<string, unknown>>;

function mergeKeys(
  base: Keys,
  ours: Keys,
  theirs: Keys,
  { path, clashes }: { readonly path: string; readonly clashes: string[] },
): Keys {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  if ([ours, theirs].every((side) => isSorted(Object.keys(side)))) names.sort();
  const entries = names.flatMap((name): readonly (readonly [string, unknown])[] => {
    const [old, mine, other] = [base, ours, theirs].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
    const here = path === "" ? name : `${path}.${name}`;
    if (isMap(mine) && isMap(other))
      return [[name, mergeKeys(isMap(old) ? old : {}, mine, other, { path: here, clashes })]];
    const kept = same(mine, other) || same(other, old) ? mine : same(mine, old) ? other : CLASH;
    if (kept === CLASH) clashes.push(here);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(entries);
}

const CLASH = Symbol("clash");

const isMap = (value: unknown): value is Keys => typeof value === "object" && value !== null && !Array.isArray(value);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isSorted = (names: readonly string[]): boolean => names.every((name, at) => at === 0 || names[at - 1]! <= name);
