/** What an agent is told whose work conflicts with what landed meanwhile: both intents. */
import type { Repository } from "../model/repository.ts";
import type { RunState } from "../model/state.ts";
import type { RunContext } from "./context.ts";
import type { Setback } from "./setback.ts";

/** So much of a difference is told. */
const HINT_BYTES = 20_000;

/** `work` was begun from `base` and conflicts in `paths` with landings on `ref`. */
export async function conflictSetback(
  repository: Repository,
  state: RunState,
  about: { readonly ref: string; readonly base: string; readonly work: string; readonly paths: readonly string[] },
): Promise<Setback> {
  const { ref, base, work, paths } = about;
  const landed: string[] = [];
  for (const landing of state.landings.filter((one) => one.ref === ref)) {
    const { task, attempt, commit } = landing;
    const before = await repository.resolve(`${commit}^`);
    if (before === null || (await repository.isAncestor(commit, base))) continue;
    const touched = (await repository.changedPaths(before, commit)).map(({ path }) => path);
    const met = touched.filter((path) => paths.includes(path));
    if (met.length === 0) continue;
    landed.push(
      `Landed meanwhile: ${task} ${state.attempts.get(attempt)?.title ?? ""} (${commit.slice(0, 7)}), in ${met.join(", ")}\n${await repository.diff(before, commit, HINT_BYTES)}`,
    );
  }
  const own = await repository.diff(base, work, HINT_BYTES);
  return {
    summary: `it conflicts with what landed meanwhile, in ${paths.join(", ")}`,
    receipts: [],
    signature: "",
    hints: [...landed, `What you did before, on the base of that time. Bring it in again so that both hold:\n${own}`],
  };
}

/** Writes down that no other rung settled it: an agent gets it back, or, where it was the last time, a person. */
export async function handOver(
  { journal }: RunContext,
  about: {
    readonly attempt: string;
    readonly tip: string;
    readonly work: string;
    readonly base: string;
    readonly paths: readonly string[];
    readonly last: boolean;
  },
): Promise<void> {
  const { attempt, tip, work, base, paths, last } = about;
  const detail = last ? "no try is left" : "with what landed meanwhile and its own work";
  const rung = last ? "person" : "agent";
  await journal.append([
    { type: "conflict.met", attempt, rung, outcome: "handed", tip, work, base, paths, tree: null, detail },
  ]);
}
