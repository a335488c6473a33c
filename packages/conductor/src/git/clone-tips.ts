/** What the git of a clone says of its refs: claims, of which only the form is checked here. Pure. */
import type { Workspace } from "../model/repository.ts";
import { isObjectId, isRefName } from "./ref-name.ts";

export interface Tip {
  readonly id: string;
  readonly ref: string;
}

/** What a look said, one line "<id> <ref>" for each; what is checked out is HEAD too. */
export const linesOf = (stdout: string): readonly string[] =>
  stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("*")) return [line.trimStart()];
    const rest = line.slice(1);
    return [`${rest.split(" ", 1)[0]} HEAD`, rest];
  });

/** From untrusted lines "<id> <ref>": where commits may be besides the workspace's branch and its base. */
export const tipsIn = (listing: readonly string[], { base, branch }: Workspace): readonly Tip[] =>
  listing
    .map((line) => /^([0-9a-f]+) (\S+)$/.exec(line))
    .flatMap((found) => (found?.[1] && found[2] ? [{ id: found[1], ref: found[2] }] : []))
    .filter(({ id, ref }) => isObjectId(id) && id !== base && (ref === "HEAD" || isRefName(ref)))
    .filter(({ ref }) => ref !== `refs/heads/${branch}` && ref !== "refs/stash");

/** The one place that commits are taken from; null when everything stands at the base. */
export function pickBranch(
  tips: readonly Tip[],
): { readonly kind: "branch"; readonly branch: string } | { readonly kind: "refused"; readonly reason: string } | null {
  const head = tips.find(({ ref }) => ref === "HEAD");
  const named = tips.filter(({ ref }) => ref.startsWith("refs/heads/"));
  const at = head === undefined ? undefined : named.find(({ id }) => id === head.id);
  if (head !== undefined) return { kind: "branch", branch: at?.ref ?? "HEAD" };
  const [only] = named;
  if (only === undefined) return null;
  if (named.length === 1) return { kind: "branch", branch: only.ref };
  const names = named.slice(0, 5).map(({ ref }) => ref.slice("refs/heads/".length));
  return { kind: "refused", reason: `there are commits on several other branches: ${names.join(", ")}` };
}
