/** What tests of a landing have in common: one gate, which is green of every tree, and files that land under it. */
import type { UserRepository } from "../git/repository.ts";
import type { TestRepository } from "../git/test-repository.ts";
import type { Gate } from "../model/gate.ts";
import { sampleReceipt } from "../model/sample-facts.ts";
import type { LandingState } from "../model/state.ts";
import { type Landing, type LandingWish, land } from "./land.ts";

export const REF = "refs/heads/conductor/main";
export const GATE: Gate = {
  ...{ id: "test", kind: "test", run: "true", when: [], phases: ["merged"], required: true, timeoutMs: 1000 },
  ...{ network: false, parse: "exit", minCoverage: null, minTests: 0, origin: "test" },
};

/** Lands a commit that was made on `base`; nobody has anything against it. */
export const landGreen = async (
  repository: UserRepository,
  base: string,
  commit: string,
  more: Partial<LandingWish> = {},
): Promise<Landing> =>
  land({
    repository,
    ref: REF,
    base,
    work: { commit, tree: await repository.treeOf(commit) },
    allow: async () => null,
    judge: async (tree) => ({ gates: [GATE], receipts: [sampleReceipt("receipt", { tree })] }),
    message: () => "feat: work\n",
    intend: async () => undefined,
    ...more,
  });

/** A file of nine lines, with these in the place of their numbers. */
export const nineLines = (...changed: readonly (readonly [number, string])[]): string =>
  `${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => changed.find(([at]) => at === n)?.[1] ?? n).join("\n")}\n`;

/** Lands these files on the tip as they are, as the work of a task. */
export async function landFiles(
  { user, repository }: { readonly user: TestRepository; readonly repository: UserRepository },
  landings: LandingState[],
  task: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const from = user.git("rev-parse", REF);
  user.git("checkout", "-q", "--detach", from);
  const work = user.commit(files);
  user.git("checkout", "-q", "main");
  const landed = await landGreen(repository, from, work);
  if (landed.kind !== "landed") throw new Error(JSON.stringify(landed));
  const { commit, tree } = landed;
  const seq = landings.length + 1;
  landings.push({ seq, at: "", session: "run-1", task, attempt: task, ref: REF, commit, tree, receipts: [] });
}
