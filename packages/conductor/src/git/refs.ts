/** The refs of the user's repository: read any, move only conductor's own, by compare-and-swap. */
import { WerkError } from "@taskwerk/contract/errors";
import type { RefUpdate } from "../model/repository.ts";
import { type Git, textOf } from "./git.ts";
import type { ObjectReader } from "./object-reader.ts";
import { isObjectId, isRefName, isRevision } from "./ref-name.ts";

/** What conductor may move without being told so. */
const OWN = ["refs/conductor/", "refs/heads/conductor/"];

export interface RefsOptions {
  /** The git directory whose HEAD counts: a linked worktree's own. */
  readonly gitDir: string;
  /** Where each working tree stands. */
  readonly worktrees: () => Promise<readonly string[]>;
  /** Refs beside conductor's own that may be moved; full names. */
  readonly mayMove: readonly string[];
}

/** The commit a name points to, or null. Names that are flags, searches or reflog entries point to nothing. */
export async function resolveName(names: ObjectReader, name: string): Promise<string | null> {
  if (!isRevision(name)) return null;
  return (await names.about(`${name}^{commit}`))?.id ?? null;
}

/** What a ref holds, exactly, or null when there is no such ref. */
async function heldBy(git: Git, gitDir: string, ref: string): Promise<string | null> {
  const answer = await git(["show-ref", "--verify", "--hash", "--", ref], { gitDir, answers: [1, 128] });
  const id = textOf(answer);
  return answer.code === 0 && isObjectId(id) ? id : null;
}

/**
 * Moves a ref if it still holds `expected` (null: if it does not exist). Throws FORBIDDEN for a ref that is not conductor's,
 * GIT_FAILED for a branch that is checked out somewhere, and for an id that is no commit here.
 */
export async function swapRef(
  git: Git,
  { gitDir, worktrees, mayMove }: RefsOptions,
  { ref, to, expected }: { readonly ref: string; readonly to: string; readonly expected: string | null },
): Promise<RefUpdate> {
  if (!isRefName(ref) || !(OWN.some((prefix) => ref.startsWith(prefix)) || mayMove.includes(ref)))
    throw new WerkError("FORBIDDEN", `conductor moves only its own refs, and ${ref} is not one`, { given: ref });
  if (!isObjectId(to) || (expected !== null && !isObjectId(expected)))
    throw new WerkError("GIT_FAILED", "a ref is moved from one commit id to another", {
      given: `${expected} -> ${to}`,
    });
  if (ref.startsWith("refs/heads/")) refuseCheckedOut(await worktrees(), ref);
  const answer = await git(
    ["update-ref", "--create-reflog", "--no-deref", "-m", "conductor", ref, to, expected ?? "0".repeat(to.length)],
    { gitDir, answers: [1, 128] },
  );
  if (answer.code === 0) return { kind: "moved" };
  const actual = await heldBy(git, gitDir, ref);
  if (actual !== expected) return { kind: "stale", actual };
  throw new WerkError("GIT_FAILED", `git could not move ${ref}: ${answer.stderr.split("\n")[0]?.slice(0, 300)}`, {
    hint: `Is there a branch or a lock in the way? git for-each-ref ${ref.split("/").slice(0, 3).join("/")}`,
    details: { stderr: answer.stderr.slice(0, 2000) },
  });
}

function refuseCheckedOut(fields: readonly string[], ref: string): void {
  const at = fields.indexOf(`branch ${ref}`);
  if (at < 0) return;
  const place = fields
    .slice(0, at)
    .findLast((field) => field.startsWith("worktree "))
    ?.slice("worktree ".length);
  throw new WerkError("GIT_FAILED", `${ref.slice("refs/heads/".length)} is checked out in ${place ?? "a worktree"}`, {
    hint: "Switch that worktree to another branch (git switch -), then go on: conductor never moves what is checked out.",
    details: { ref, worktree: place ?? null },
  });
}

/** Names and ids under a prefix, sorted by name. */
export async function listRefs(
  git: Git,
  gitDir: string,
  prefix: string,
): Promise<readonly { readonly name: string; readonly commit: string }[]> {
  const answer = await git(["for-each-ref", "--format=%(objectname) %(refname)", "--", prefix], { gitDir });
  return textOf(answer)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ commit: line.slice(0, line.indexOf(" ")), name: line.slice(line.indexOf(" ") + 1) }));
}
