/** The commits between two points with their trailers, read in conductor's own store. */
import { searchPathOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";
import type { UserRepository } from "./repository.ts";

export interface LandedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  /** RFC 3339, of the committer. */
  readonly at: string;
  readonly subject: string;
  /** Trailers by name, e.g. Task, Session, Receipt; each with its values in order. */
  readonly trailers: Readonly<Record<string, readonly string[]>>;
}

const UNIT = "\x1f";
const MAX_COMMITS = 10_000;

/** Commits that `to` has and `from` has not, newest first, at most 10,000. Both are commit ids. */
export async function commitsBetween(
  { storeDir }: Pick<UserRepository, "storeDir">,
  from: string,
  to: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly LandedCommit[]> {
  if (!isObjectId(from) || !isObjectId(to)) throw new Error("history is read between two commit ids");
  const { simpleGit } = await import("simple-git");
  const git = simpleGit({ baseDir: storeDir, timeout: { block: 60_000 } }).env({
    PATH: searchPathOf(env),
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    LC_ALL: "C",
  });
  const log = await git.log({
    from,
    to,
    symmetric: false,
    maxCount: MAX_COMMITS,
    format: {
      commit: "%H",
      tree: "%T",
      parents: "%P",
      authorName: "%an",
      authorEmail: "%ae",
      at: "%cI",
      subject: "%s",
      trailers: `%(trailers:only,unfold,separator=%x1f)`,
    },
  });
  return log.all.map(({ parents, trailers, ...commit }) => ({
    ...commit,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    trailers: trailersOf(trailers),
  }));
}

function trailersOf(text: string): Readonly<Record<string, readonly string[]>> {
  const trailers = new Map<string, string[]>();
  for (const line of text.split(UNIT)) {
    const colon = line.indexOf(": ");
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    trailers.set(name, [...(trailers.get(name) ?? []), line.slice(colon + 2).trim()]);
  }
  return Object.fromEntries(trailers);
}
