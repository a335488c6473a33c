/** Keeps a commit in the user's repository under one of conductor's own refs. */
import { rm } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { admitPack } from "./admit-pack.ts";
import { textOf } from "./git.ts";
import { isRefPart } from "./ref-name.ts";
import type { UserRepository } from "./repository.ts";
import { scratchIn } from "./scratch.ts";

const MAX_NAMES = 1000;
const MAX_RACES = 5;
const TIMEOUT = 5 * 60_000;

export interface Publication {
  readonly commit: string;
  /** It was made in conductor's store, and its objects must be brought over first. */
  readonly inStore: boolean;
  readonly kind: "work" | "salvage";
  readonly task: string;
  /** The attempt's number. */
  readonly n: number;
}

/** A commit under a ref that keeps it. */
export interface Kept {
  readonly ref: string;
  readonly commit: string;
}

/** Keeps what an attempt left beside its work, each under a salvage ref of its own. */
export async function publishAside(
  repository: UserRepository,
  commits: readonly string[],
  { task, n }: Pick<Publication, "task" | "n">,
): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const commit of commits)
    kept.push({ commit, ref: await publish(repository, { commit, inStore: false, kind: "salvage", task, n }) });
  return kept;
}

/**
 * Keeps `commit` under `refs/conductor/<kind>/<task>/<n>`: that name if it is free or holds an ancestor, else `<n>.2`, `<n>.3` …,
 * so that nothing kept before is lost. Answers the ref. The same commit twice gives the same ref.
 */
export async function publish(
  repository: UserRepository,
  { commit, inStore, kind, task, n }: Publication,
): Promise<string> {
  if (!isRefPart(task))
    throw new WerkError("GIT_FAILED", `a ref cannot be named after the task ${JSON.stringify(task)}`);
  if (inStore) await bringOver(repository, commit);
  const prefix = `refs/conductor/${kind}/${task}`;
  const ref = await nameIt(repository, { prefix, n, commit });
  repository.keptUnder.set(commit, ref);
  return ref;
}

interface Naming {
  readonly prefix: string;
  readonly n: number;
  readonly commit: string;
}

async function nameIt(repository: UserRepository, { prefix, n, commit }: Naming): Promise<string> {
  // An attempt's own name is free, but for the second conversation of one and for one that was interrupted.
  const first = `${prefix}/${n}`;
  if ((await repository.updateRef(first, commit, null)).kind === "moved") return first;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const taken = new Map((await repository.refs(prefix)).map(({ name, commit: held }) => [name, held] as const));
    const ref = await freeName(repository, { prefix, n, commit, taken });
    const held = taken.get(ref) ?? null;
    if (held === commit) return ref;
    if ((await repository.updateRef(ref, commit, held)).kind === "moved") return ref;
  }
  throw new WerkError("GIT_FAILED", `somebody else keeps moving the refs under ${prefix}`);
}

/**
 * Copies a commit of the store, whose parents the user's repository has, into that repository's objects. `git fetch` is not
 * used because it reads the user's configuration, and that may send any address to a program.
 */
async function bringOver(repository: UserRepository, commit: string): Promise<void> {
  const { git, storeDir } = repository;
  const made = scratchIn(storeDir, "incoming", "pack");
  const input = `${commit}\n^${commit}^@\n`;
  const words = ["pack-objects", "--quiet", "--revs", made];
  const pack = `${made}-${textOf(await git(words, { gitDir: storeDir, input, timeoutMs: TIMEOUT }))}`;
  try {
    await admitPack(repository, { file: `${pack}.pack`, commit });
  } finally {
    for (const end of ["pack", "idx", "rev"]) await rm(`${pack}.${end}`, { force: true });
  }
}

async function freeName(
  repository: UserRepository,
  wish: Naming & { readonly taken: ReadonlyMap<string, string> },
): Promise<string> {
  for (let k = 1; k <= MAX_NAMES; k += 1) {
    const name = `${wish.prefix}/${wish.n}${k === 1 ? "" : `.${k}`}`;
    const held = wish.taken.get(name);
    if (held === undefined || held === wish.commit || (await repository.isAncestor(held, wish.commit))) return name;
  }
  throw new WerkError("GIT_FAILED", `there are ${MAX_NAMES} refs under ${wish.prefix} already`);
}
