/** The facts of a change that policy looks at. */

import { addedByPath, countChanged } from "../gates/added-lines.ts";
import { isTestFile } from "../gates/files-of-tests.ts";
import { changedGateFiles } from "../gates/gate-files.ts";
import type { RatchetFinding } from "../gates/ratchet.ts";
import { findSecrets, secretsIn } from "../gates/secrets.ts";
import { type TestFileChange, weakenings } from "../gates/weakened-tests.ts";
import type { ChangedPath, Repository } from "../model/repository.ts";
import type { Change } from "../policy/action.ts";
import { newDependencies } from "../policy/dependencies.ts";
import { treeReader } from "./tree-reader.ts";

const DIFF_LIMIT = 8_000_000;
/** So much of what git takes for binary is searched for credentials. */
const BINARY_LIMIT = 16 * 1024 * 1024;
/** So many changed test files are read; that there are more is told by their names after the gates. */
const MAX_TEST_FILES = 1_000;

export interface Gathered {
  readonly change: Change;
  /** Numbers of the lines that it adds, by path. */
  readonly added: AddedLines;
}

export type AddedLines = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Everything there is to know of a change before a gate has run. `secrets`: values that must not be in it. `commands`: those
 * of the base's gates.
 */
export async function gatherChange(
  repository: Repository,
  {
    base,
    work,
    secrets,
    commands,
  }: {
    readonly base: string;
    readonly work: string;
    readonly secrets: readonly string[];
    readonly commands: readonly string[];
  },
): Promise<Gathered> {
  const [before, after] = [treeReader(repository, base), treeReader(repository, work)];
  const [paths, diff] = await Promise.all([
    repository.changedPaths(base, work),
    repository.diff(base, work, DIFF_LIMIT),
  ]);
  const complete = isComplete(diff);
  const binaries = complete ? await binariesIn(repository, work, diff) : null;
  return {
    change: {
      paths,
      gateFiles: await changedGateFiles(paths, before, after, commands),
      newDependencies: await addedPackages(paths, before, after),
      ratchet: weakenings(await changedTests(paths, before, after)),
      secrets: binaries && secretsOf(diff, binaries, secrets),
      diffLines: complete ? countChanged(diff) + linesAmong(binaries ?? []) : null,
    },
    added: addedIn(diff),
  };
}

/** What is taken away from tests between two trees, as their text says; null where that is too much to be read. */
export async function weakenedBetween(
  repository: Repository,
  from: string,
  to: string,
): Promise<readonly RatchetFinding[] | null> {
  const paths = await repository.changedPaths(from, to);
  if (paths.filter(({ path }) => isTestFile(path)).length > MAX_TEST_FILES) return null;
  return weakenings(await changedTests(paths, treeReader(repository, from), treeReader(repository, to)));
}

/** The lines that are added between two trees. */
export const addedBetween = async (repository: Repository, from: string, to: string): Promise<AddedLines> =>
  addedIn(await repository.diff(from, to, DIFF_LIMIT));

const isComplete = (diff: string): boolean => Buffer.byteLength(diff) < DIFF_LIMIT;

/** A difference too large to be read has none. */
const addedIn = (diff: string): AddedLines => (isComplete(diff) ? addedByPath(diff) : new Map());

interface Binary {
  readonly path: string;
  readonly content: Buffer;
}

/** What git takes for binary, and shows no lines of: a NUL byte is enough for that. Null when it is too much to be looked at. */
async function binariesIn(repository: Repository, work: string, diff: string): Promise<readonly Binary[] | null> {
  const found: Binary[] = [];
  let bytes = 0;
  for (const [, path] of diff.matchAll(/^Binary files .* and "?b\/(.+?)"? differ$/gm)) {
    const content = await repository.readFile(work, path!).catch(() => null);
    bytes += content?.length ?? 0;
    if (content === null || bytes > BINARY_LIMIT) return null;
    found.push({ path: path!, content });
  }
  return found;
}

/** Credentials in what is added. */
const secretsOf = (diff: string, binaries: readonly Binary[], known: readonly string[]): Change["secrets"] => [
  ...findSecrets(diff, known),
  ...binaries.flatMap(({ path, content }) => secretsIn(path, content.toString("latin1").replaceAll("\0", "\n"), known)),
];

/** Lines of files that are text all the same, with a few bytes in it that are not. */
const linesAmong = (binaries: readonly Binary[]): number =>
  binaries.reduce((sum, { content }) => {
    const odd = content.reduce(
      (count, byte) => count + (byte < 9 || (byte > 13 && byte < 32) || byte === 127 ? 1 : 0),
      0,
    );
    return odd * 50 > content.length ? sum : sum + content.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
  }, 0);

/** The change with what its gates have found; a test that is gone with a file that somebody was asked about already is not asked about twice. */
export function withRatchet(change: Change, found: readonly RatchetFinding[]): Change {
  const asked = change.ratchet.length > 0;
  return { ...change, ratchet: [...change.ratchet, ...found.filter(({ rule }) => !(asked && rule === "tests-gone"))] };
}

async function changedTests(
  paths: readonly ChangedPath[],
  before: ReturnType<typeof treeReader>,
  after: ReturnType<typeof treeReader>,
): Promise<readonly TestFileChange[]> {
  const tests = paths.filter(({ path }) => isTestFile(path)).slice(0, MAX_TEST_FILES);
  return Promise.all(
    tests.map(async ({ path }) => ({ path, before: await before.readFile(path), after: await after.readFile(path) })),
  );
}

async function addedPackages(
  paths: readonly ChangedPath[],
  before: ReturnType<typeof treeReader>,
  after: ReturnType<typeof treeReader>,
): Promise<readonly string[] | null> {
  const found: string[] = [];
  for (const { path } of paths.filter((one) => one.path === "package.json" || one.path.endsWith("/package.json"))) {
    const added = newDependencies(await before.readFile(path), await after.readFile(path));
    if (added === null) return null;
    found.push(...added);
  }
  return [...new Set(found)].sort();
}
