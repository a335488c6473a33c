/** The commits between two points with their trailers, read in conductor's own store. */
import type { CommitLine } from "../model/repository.ts";
import { isObjectId } from "./ref-name.ts";
import { searchPathOf } from "./start-git.ts";

const UNIT = "\x1f";
const MAX_COMMITS = 10_000;

/** See the port; `env` says where git is. */
export async function commitsBetween(
  storeDir: string,
  env: Readonly<Record<string, string | undefined>>,
  from: string,
  to: string,
): Promise<readonly CommitLine[]> {
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
