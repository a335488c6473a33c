/** The branch that landings go to, `conductor/<target>`: where a run starts from. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Repository } from "../model/repository.ts";

interface Place {
  /** refs/heads/conductor/<target> */
  readonly ref: string;
  readonly commit: string;
  readonly targetCommit: string;
}

export type Integration =
  /** It did not exist: it begins at the target. */
  | ({ readonly kind: "created" } & Place)
  /** It holds the target already, and perhaps landings the user has not taken yet. */
  | ({ readonly kind: "current" } & Place)
  /** The target had moved on and held it: it was moved up to the target. */
  | ({ readonly kind: "fast-forwarded"; readonly from: string } & Place)
  /** Each has commits the other has not; nothing was moved. */
  | ({ readonly kind: "diverged" } & Place);

const MAX_RACES = 3;

/** The integration branch of a target, e.g. refs/heads/main → refs/heads/conductor/main. */
export const integrationRefOf = (target: string): string =>
  `refs/heads/conductor/${target.replace(/^refs\/(heads\/)?/, "")}`;

/** Makes or moves up the integration branch of `target` (a full ref), by compare-and-swap. Throws GIT_REF_NOT_FOUND without a target. */
export async function ensureIntegration(repository: Repository, target: string): Promise<Integration> {
  const ref = integrationRefOf(target);
  for (let race = 0; race < MAX_RACES; race += 1) {
    const targetCommit = await repository.resolve(target);
    if (targetCommit === null)
      throw new WerkError("GIT_REF_NOT_FOUND", `there is no ${target} in ${repository.root}`, {
        given: target,
        hint: "git branch --list",
      });
    const commit = await repository.resolve(ref);
    if (commit === null) {
      const update = await repository.updateRef(ref, targetCommit, null);
      if (update.kind === "moved") return { kind: "created", ref, commit: targetCommit, targetCommit };
      continue;
    }
    if (await repository.isAncestor(targetCommit, commit)) return { kind: "current", ref, commit, targetCommit };
    if (!(await repository.isAncestor(commit, targetCommit))) return { kind: "diverged", ref, commit, targetCommit };
    const update = await repository.updateRef(ref, targetCommit, commit);
    if (update.kind === "moved")
      return { kind: "fast-forwarded", from: commit, ref, commit: targetCommit, targetCommit };
  }
  throw new WerkError("GIT_FAILED", `somebody else keeps moving ${ref}`, {
    hint: "Is another conductor at work here?",
  });
}
