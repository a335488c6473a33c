/** Gets the commits out of a workspace. Its git runs inside the confinement; on our side only one file is read. */

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Command, CommandResult, Confinement } from "../model/command.ts";
import type { Workspace } from "../model/repository.ts";
import { linesOf, pickBranch, type Tip, tipsIn } from "./clone-tips.ts";
import { type Incoming, receiveBundle } from "./incoming.ts";
import type { UserRepository } from "./repository.ts";

export interface CollectWish {
  readonly repository: UserRepository;
  readonly workspace: Workspace;
  readonly confinement: Confinement;
  /** Marks the commands that run in the workspace. */
  readonly marker: string;
  /** The largest bundle that is taken, in bytes. */
  readonly limitBytes?: number;
  /** How long all of it may take, in milliseconds; default: 10 minutes. */
  readonly deadlineMs?: number;
  /** A clock that only goes on, in milliseconds. */
  readonly clock?: () => number;
  readonly signal?: AbortSignal;
}

export type Collected = Main & {
  /** Commits that were on other branches or in the stash: in the user's repository too, under no name yet. */
  readonly aside: readonly string[];
  /** A sentence when there may be commits that nobody has looked at: then the clone must stay. */
  readonly unfinished: string | null;
};

/** What is taken for the work. */
export type Main =
  /**
   * They are in the user's repository, under no name yet. `branch`: refs/heads/… or HEAD, where they were. `rewritten`: the base is not an ancestor.
   * `checkedOut`: the workspace says that its files belong to this commit.
   */
  | {
      readonly kind: "commits";
      readonly commit: string;
      readonly branch: string;
      readonly rewritten: boolean;
      readonly checkedOut: boolean;
    }
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly reason: string };

const LIMIT = 256 * 1024 * 1024;
/** For one command. */
const TIMEOUT = 5 * 60_000;
const DEADLINE = 10 * 60_000;
const MAX_BRANCHES = 200;

/**
 * Bundles the branch when it holds commits; in any case says what other refs there are, the one that is checked out with a
 * star. Words are split by the shell nowhere.
 */
const LOOK = `
refs=$(git for-each-ref --format='%(HEAD)%(objectname) %(refname)' refs/heads/ refs/stash)
printf '%s\\n' "$refs"
case "$refs" in
  *'*'*) ;;
  *) printf '%s HEAD\\n' "$(git rev-parse --verify --quiet 'HEAD^{commit}')" ;;
esac
case "$refs" in
  *' refs/stash'*)
    git log --walk-reflogs --max-count=${MAX_BRANCHES + 1} --format=%H refs/stash 2>/dev/null |
      while read -r id; do git update-ref "refs/conductor/stash/$id" "$id"; done
    git for-each-ref --format='%(objectname) %(refname)' refs/conductor/stash/
    ;;
esac
git bundle create --quiet "$1" "$2" "^$3" >&2
`;
const RECOVER = `git bundle create --quiet "$1" "$2" "^$3" >&2`;

/**
 * The commits on the workspace's branch beyond its base; if there are none, those of HEAD; if there are none, those of the only
 * other branch that has some. What the workspace's git says is taken for a claim and checked.
 */
export async function collect({
  deadlineMs = DEADLINE,
  clock = () => performance.now(),
  ...given
}: CollectWish): Promise<Collected> {
  const { repository, workspace } = given;
  const until = clock() + deadlineMs;
  const wish: TimedWish = { ...given, left: () => until - clock() };
  const ours = `refs/heads/${workspace.branch}`;
  const out = await mkdtemp(join(dirname(workspace.dir), "out-"));
  try {
    const first = join(out, `${randomUUID()}.bundle`);
    const look = await wish.confinement.run(command(wish, { out, script: LOOK, args: [first, ours, workspace.base] }));
    const answer = await receiveBundle({ repository, file: first, ref: ours, limitBytes: wish.limitBytes ?? LIMIT });
    const listing = linesOf(look.stdout);
    const tips = tipsIn(listing, workspace);
    const main =
      answer.kind === "refused"
        ? answer
        : answer.kind === "received" && answer.commit !== workspace.base
          ? await judged(wish, { commit: answer.commit, branch: ours, listing })
          : await fromElsewhere(wish, { out, tips, listing, look });
    const taken = main.kind === "commits" ? main.commit : null;
    const { aside, unfinished } = await bringAside(wish, { out, tips, taken });
    return { ...main, aside, unfinished: unfinished ?? cutOff(look) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** A sentence when not all refs are listed. */
function cutOff({ end, truncated }: CommandResult): string | null {
  if (end.kind === "exited" && !truncated) return null;
  return `the list of its branches was cut off (${truncated ? "too long" : end.kind})`;
}

type TimedWish = Omit<CollectWish, "deadlineMs" | "clock"> & {
  /** Milliseconds that are left for all of it. */
  readonly left: () => number;
};

/** There is nothing on its own branch: what HEAD or the only other branch holds. */
async function fromElsewhere(
  wish: TimedWish,
  {
    out,
    tips,
    listing,
    look,
  }: {
    readonly out: string;
    readonly tips: readonly Tip[];
    readonly listing: readonly string[];
    readonly look: CommandResult;
  },
): Promise<Main> {
  const elsewhere = pickBranch(tips);
  if (elsewhere === null) {
    if (look.end.kind === "exited") return { kind: "none" };
    return { kind: "refused", reason: `git did not answer in the workspace (${look.end.kind})` };
  }
  if (elsewhere.kind === "refused") return elsewhere;
  const { branch } = elsewhere;
  const received = await bring(wish, out, branch);
  if (received.kind === "received") return judged(wish, { commit: received.commit, branch, listing });
  if (received.kind === "absent") return { kind: "none" };
  return received.kind === "cut"
    ? { kind: "refused", reason: `${branch} was not brought out: ${received.reason}` }
    : received;
}

/** What else there is, so that it can be kept; what git does not accept of it is left. */
async function bringAside(
  wish: TimedWish,
  { out, tips, taken }: { readonly out: string; readonly tips: readonly Tip[]; readonly taken: string | null },
): Promise<Pick<Collected, "aside" | "unfinished">> {
  const { repository, workspace } = wish;
  const aside = new Set<string>();
  let brought = 0;
  for (const [at, { id, ref }] of tips.entries()) {
    if (id === taken || aside.has(id)) continue;
    const known = (await repository.resolve(id)) !== null;
    const within = [workspace.base, ...(taken === null ? [] : [taken])];
    if (known && (await Promise.all(within.map((one) => repository.isAncestor(id, one)))).includes(true)) continue;
    brought += known ? 0 : 1;
    if (brought > MAX_BRANCHES)
      return { aside: [...aside], unfinished: `${tips.length - at} of its ${tips.length} refs were not looked at` };
    const received = known ? ({ kind: "received", commit: id } as const) : await bring(wish, out, ref);
    // Of what git does not accept there is nothing to be had; of what was only cut short there is.
    if (received.kind === "cut")
      return { aside: [...aside], unfinished: `${ref} was not brought out: ${received.reason}` };
    if (received.kind === "received" && received.commit !== taken) aside.add(received.commit);
  }
  return { aside: [...aside], unfinished: null };
}

/** `cut`: git was ended before it was done. */
type Brought = Incoming | { readonly kind: "cut"; readonly reason: string };

async function bring(wish: TimedWish, out: string, ref: string): Promise<Brought> {
  const { repository, workspace, limitBytes = LIMIT } = wish;
  if (wish.left() <= 0) return { kind: "cut", reason: "the time for it was up" };
  const file = join(out, `${randomUUID()}.bundle`);
  const { end } = await wish.confinement.run(
    command(wish, { out, script: RECOVER, args: [file, ref, workspace.base] }),
  );
  if (end.kind !== "exited") return { kind: "cut", reason: `git was ended (${end.kind})` };
  return receiveBundle({ repository, file, ref, limitBytes });
}

async function judged(
  { repository, workspace }: TimedWish,
  {
    commit,
    branch,
    listing,
  }: { readonly commit: string; readonly branch: string; readonly listing: readonly string[] },
): Promise<Main> {
  const endless = await repository.listFiles(commit).then(() => null, gitsReason);
  if (endless !== null) return { kind: "refused", reason: `its files cannot be listed: ${endless}` };
  const rewritten = !(await repository.isAncestor(workspace.base, commit));
  return { kind: "commits", commit, branch, rewritten, checkedOut: listing.includes(`${commit} HEAD`) };
}

/** Why git could not; throws every other error. */
function gitsReason(error: unknown): string {
  if (isWerkError(error) && error.code === "GIT_FAILED") return error.message;
  throw error;
}

function command(
  { workspace, marker, signal, left }: TimedWish,
  { out, script, args }: { readonly out: string; readonly script: string; readonly args: readonly string[] },
): Command {
  return {
    argv: ["/bin/sh", "-c", script, "sh", ...args],
    cwd: workspace.dir,
    binds: [
      ...[workspace.dir, workspace.home, workspace.tmp, out].map((path) => ({ path, mode: "rw" as const })),
      ...(workspace.borrows === null ? [] : [{ path: workspace.borrows, mode: "ro" as const }]),
    ],
    env: {
      HOME: workspace.home,
      TMPDIR: workspace.tmp,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
    },
    network: "none",
    timeoutMs: Math.max(1, Math.min(TIMEOUT, left())),
    outputLimitBytes: 256 * 1024,
    marker,
    ...(signal === undefined ? {} : { signal }),
  };
}
