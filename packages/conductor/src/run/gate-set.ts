/** Which gates count for a commit: its own, and which failing tests are no news there. */
import { withConfigured } from "../gates/configured.ts";
import type { BaseTree, DetectOptions } from "../gates/detect/base-tree.ts";
import { detectGates } from "../gates/detect/detect.ts";
import { gateFileDigests } from "../gates/gate-files.ts";
import type { Configured, Gate, GateFilePair, Receipt } from "../model/gate.ts";
import type { Repository } from "../model/repository.ts";
import { treeReader } from "./tree-reader.ts";

export interface GateSet {
  readonly gates: readonly Gate[];
  /** Digests of the gate files they were taken from, by path: part of every receipt's configuration. */
  readonly gateFiles: Readonly<Record<string, string>>;
  /** Those that differ from the base's. */
  readonly changed: readonly GateFilePair[];
}

/** The gates that a commit brings. */
export type GateSets = (commit: string) => Promise<GateSet>;

const MAX_SETS = 200;

export interface GateSetOptions extends DetectOptions {
  /** What is configured of gates where these files are. Throws CONFIG_INVALID. */
  readonly configured: (files: Pick<BaseTree, "readFile">) => Promise<Configured>;
}

/** Finds the gates of commits: those that its configuration has, and those that are found. Each commit is looked at once. */
export function makeGateSets(
  repository: Pick<Repository, "treeOf" | "readFile" | "listFiles">,
  options: GateSetOptions,
): GateSets {
  const sets = new Map<string, Promise<GateSet>>();
  return async (commit) => {
    const tree = await repository.treeOf(commit);
    const known = sets.get(tree);
    if (known !== undefined) return known;
    if (sets.size >= MAX_SETS) sets.clear();
    const reader = treeReader(repository, tree);
    const found = setOf(reader, options);
    sets.set(tree, found);
    return found;
  };
}

async function setOf(reader: BaseTree, options: GateSetOptions): Promise<GateSet> {
  const configured = await options.configured(reader);
  const found = configured.detect ? await detectGates(reader, options) : [];
  const gates = withConfigured(found, configured.gates, options);
  const gateFiles = await gateFileDigests(
    reader,
    gates.map(({ run }) => run),
  );
  return { gates, gateFiles, changed: [] };
}

/**
 * The gates of work that changes gate files, after a person has agreed: the work's own. What the base had in the changed
 * places is part of the configuration too, so that a receipt is about both.
 */
export function changedSet(base: GateSet, work: GateSet): GateSet {
  const paths = new Set([...Object.keys(base.gateFiles), ...Object.keys(work.gateFiles)]);
  const changed = [...paths]
    .sort()
    .filter((path) => base.gateFiles[path] !== work.gateFiles[path])
    .map((path) => ({ path, base: base.gateFiles[path] ?? null, tree: work.gateFiles[path] ?? null }));
  const before = Object.fromEntries(changed.map(({ path, base: digest }) => [`base:${path}`, digest ?? "absent"]));
  return { gates: work.gates, gateFiles: { ...work.gateFiles, ...before }, changed };
}

/** The same gates; failing tests that failed on the base too, by name, do not count. `baseline`: receipts about the base's tree. */
export function knowingRed(set: GateSet, baseline: readonly Receipt[]): GateSet {
  const red = new Map<string, readonly string[]>();
  for (const receipt of baseline)
    if (receipt.kind === "test" && namesAllFailures(receipt)) red.set(receipt.command, receipt.failures);
  if (red.size === 0) return set;
  return {
    ...set,
    gates: set.gates.map((gate) => {
      const names = gate.kind === "test" || gate.kind === "coverage" ? red.get(gate.run) : undefined;
      return names === undefined ? gate : { ...gate, redBefore: names };
    }),
  };
}

/** True when a red receipt says by name what failed, and nothing else was wrong. */
export const namesAllFailures = ({ counts, failures }: Receipt): boolean =>
  counts !== null && counts.failed > 0 && failures.length === counts.failed;
