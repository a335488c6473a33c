/** The branch that landings go to, `conductor/<target>`: where a run starts from. */
import { WerkError } from "@taskwerk/contract/errors";
import { branchOf } from "../model/branch-of.ts";
import type { Repository } from "../model/repository.ts";
import { takenParts } from "./taken-parts.ts";

/** What a run would start from. Nothing has been moved. */
export type Integration = {
  /** refs/heads/conductor/<target> */
  readonly ref: string;
  /** What the ref holds now; null when it does not exist. */
  readonly held: string | null;
  readonly targetCommit: string;
} & (
  | {
      /**
       * `new`: it begins at the target. `current`: it holds the target, and perhaps landings the user has not taken yet.
       * `behind`: the target has moved on and holds it. `merged`: each had commits the other had not, and `start` is a
       * merge of both that no ref holds yet.
       */
      readonly kind: "new" | "current" | "behind" | "merged";
      /** The commit a run starts from. */
      readonly start: string;
    }
  /** Each has commits the other has not, and they do not merge by themselves. */
  | { readonly kind: "conflict"; readonly paths: readonly string[] }
);

/** The integration branch of a target, e.g. refs/heads/main → refs/heads/conductor/main. */
export const integrationRefOf = (target: string): string =>
  `refs/heads/conductor/${target.replace(/^refs\/(heads\/)?/, "")}`;

/** Looks at the integration branch of `target` (a full ref). May write objects, moves no ref. Throws GIT_REF_NOT_FOUND without a target. */
export async function lookAtIntegration(repository: Repository, target: string): Promise<Integration> {
  const ref = integrationRefOf(target);
  const targetCommit = await repository.resolve(target);
  if (targetCommit === null)
    throw new WerkError("GIT_REF_NOT_FOUND", `there is no ${target} in ${repository.root}`, {
      given: target,
      hint: "git branch --list",
    });
  const held = await repository.resolve(ref);
  const place = { ref, held, targetCommit };
  if (held === null) return { ...place, kind: "new", start: targetCommit };
  if (await repository.isAncestor(targetCommit, held)) return { ...place, kind: "current", start: held };
  if (await repository.isAncestor(held, targetCommit)) return { ...place, kind: "behind", start: targetCommit };
  const merged = await repository.mergeTrees(await knowingParts(repository, held, targetCommit), targetCommit);
  if (merged.kind === "conflict") return { ...place, kind: "conflict", paths: merged.paths };
  const start = await repository.commitTree({
    tree: merged.tree,
    parents: [held, targetCommit],
    message: `chore: take ${branchOf(target)} into ${branchOf(ref)}\n`,
  });
  return { ...place, kind: "merged", start };
}

/** What is held, with what the user has taken of it below it, too: then a merge begins there. */
async function knowingParts(repository: Repository, held: string, target: string): Promise<string> {
  const parts = await takenParts(repository, held, target);
  if (parts.length === 0) return held;
  const tree = await repository.treeOf(held);
  return repository.commitTree({ tree, parents: [held, ...parts], message: "chore: merge\n" });
}

/** Moves the integration branch to where the run starts, by compare-and-swap. Throws GIT_FAILED when somebody else moved it since. */
export async function moveIntegration(
  repository: Repository,
  { ref, held, start }: { readonly ref: string; readonly held: string | null; readonly start: string },
): Promise<void> {
  if (held === start) return;
  const update = await repository.updateRef(ref, start, held);
  if (update.kind === "stale" && update.actual !== start)
    throw new WerkError("GIT_FAILED", `${branchOf(ref)} was moved while this run was being checked`, {
      hint: "Is another conductor at work here?  conductor status",
    });
}
