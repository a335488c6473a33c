/** Whether new tests need the work they came with: those that pass without it prove nothing about it. */
import { isTestFile } from "../gates/files-of-tests.ts";
import type { TestNames } from "../gates/names-of-tests.ts";
import { needsTheWork } from "../gates/needs-the-work.ts";
import type { Receipt } from "../model/gate.ts";
import type { ChangedPath, Repository } from "../model/repository.ts";

/** So many names are written down. */
const MOST_NAMES = 100;

export interface IdleFinding {
  readonly gate: string;
  /** Those that pass without the work, at most 100 of them. */
  readonly names: readonly string[];
  /** How many do. */
  readonly idle: number;
  /** How many new tests there were. */
  readonly of: number;
}

export interface IdleWish {
  readonly repository: Repository;
  readonly base: string;
  readonly work: string;
  readonly paths: readonly ChangedPath[];
  /** What the gates said of the base and of the work, and the tests of each receipt by name, where they are known. */
  readonly baseline: readonly Receipt[];
  readonly receipts: readonly Receipt[];
  readonly names: (receipt: Receipt) => TestNames | null;
  /** Runs one gate on a tree; answers its tests by name. */
  readonly tryGate: (gate: string, tree: string, changed: readonly string[]) => Promise<TestNames | null>;
}

/**
 * Runs the new tests on the base, with only the test files of the work, and answers of each gate that has new ones how many
 * there are and which pass there. Nothing of a gate whose tests cannot be told by name.
 */
export async function idleTests(wish: IdleWish): Promise<readonly IdleFinding[]> {
  const { repository, base, work, paths, baseline, receipts, names } = wish;
  const files = paths.filter(({ path }) => isTestFile(path)).map(({ path }) => path);
  if (files.length === 0) return [];
  const found: IdleFinding[] = [];
  for (const receipt of receipts.filter(({ kind }) => kind === "test")) {
    const before = baseline.find(({ gate }) => gate === receipt.gate);
    const [old, young] = [before === undefined ? null : names(before), names(receipt)];
    if (old === null || young === null) continue;
    const known = new Set([...old.passed, ...old.failed, ...old.skipped]);
    const fresh = new Set(young.passed.filter((name) => !known.has(name)));
    if (fresh.size === 0) continue;
    const there = (await allNeedTheWork(repository, work, paths, files))
      ? NOTHING_RUNS
      : await wish.tryGate(receipt.gate, await repository.overlay(base, work, files), files);
    if (there === null) continue;
    const idle = there.passed.filter((name) => fresh.has(name));
    found.push({ gate: receipt.gate, names: idle.slice(0, MOST_NAMES), idle: idle.length, of: fresh.size });
  }
  return found;
}

const NOTHING_RUNS: Pick<TestNames, "passed"> = { passed: [] };

/** What imports what only the work brings need not be run to be known to fail without it. */
async function allNeedTheWork(
  repository: Repository,
  work: string,
  paths: readonly ChangedPath[],
  files: readonly string[],
): Promise<boolean> {
  const added = new Set(paths.filter(({ status }) => status === "added").map(({ path }) => path));
  for (const path of files) {
    const text = await repository.readFile(work, path);
    if (text === null || !needsTheWork(path, String(text), added)) return false;
  }
  return true;
}
