/** For tests: work with objects that are a few bytes in a bundle and very many in memory, and what becomes of it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import type { Workspace } from "../model/repository.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { type Outcome, takeWork } from "./bundle.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";
import { prepareWorkspace } from "./workspace.ts";

const MOST = 1024 * 1024 * 1024;

export interface Giants {
  readonly user: TestRepository;
  readonly repository: UserRepository;
  readonly base: string;
  /** git in the clone. */
  readonly inside: (input: Buffer | string, ...args: readonly string[]) => string;
  /** Puts a commit on the clone's branch. */
  readonly work: (tree: string, message: Buffer | string) => void;
  readonly take: () => Promise<Outcome>;
}

/** A repository and a clone of it, made anew for each test of the file. */
export async function giantsWorld(): Promise<() => Giants> {
  const stateDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
  const { confinement } = await detectConfinement({ env: process.env, stateDir });
  let world: Giants | null = null;
  beforeEach(async () => {
    const user = makeTestRepository();
    const base = user.git("rev-parse", "HEAD");
    const repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
    const branch = "feature/TASK-001";
    const workspace: Workspace = await prepareWorkspace({ repository, base, branch, dir: join(user.top, "work/1") });
    const inside: Giants["inside"] = (input, ...args) =>
      execFileSync("git", args, { cwd: workspace.dir, env: user.env, input, maxBuffer: MOST }).toString().trim();
    world = {
      ...{ user, repository, base, inside },
      work(tree, message) {
        const commit = inside(message, "commit-tree", tree, "-p", base, "-F", "-");
        inside("", "update-ref", `refs/heads/${branch}`, commit);
      },
      take: () =>
        takeWork({ repository, workspace, confinement, marker: "m", task: "TASK-001", n: 1, autoCommit: false }),
    };
  });
  afterEach(() => world?.user.remove());
  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));
  return () => world!;
}

/** The bytes of a tree of files with long names. */
export function treeOf({ inside }: Giants, bytes: number): Buffer {
  const blob = Buffer.from(inside("x", "hash-object", "-w", "--stdin"), "hex");
  const entries: Buffer[] = [];
  for (let size = 0, n = 0; size < bytes; n += 1) {
    const name = `${String(n).padStart(9, "0")}${"x".repeat(3_900)}`;
    const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`, "latin1"), blob]);
    entries.push(entry);
    size += entry.length;
  }
  return Buffer.concat(entries);
}

/** A commit and a tree of so many bytes are refused, for that reason, and nothing of them stays. */
export function refusesGiants(
  world: () => Giants,
  { commit, tree }: { readonly commit: number; readonly tree: number },
): void {
  it(`a commit of ${commit} bytes is refused, and said to be too large`, async () => {
    const { inside, work, take, user } = world();
    work(inside("", "rev-parse", "HEAD^{tree}"), Buffer.alloc(commit, "a line of a message\n"));
    const reason = expect.stringMatching(/the commit [0-9a-f]{40} has \d+ bytes, and 4194304 are allowed$/);
    expect(await take()).toMatchObject({ kind: "refused", reason });
    expect(readdirSync(join(user.top, "store/incoming"))).toEqual([]);
    expect(user.git("count-objects", "-v")).toMatch(/^in-pack: 0$/m);
  });

  it(`a tree of ${tree} bytes is refused, and said to be too large`, async () => {
    const { inside, work, take } = world();
    work(inside(treeOf(world(), tree), "hash-object", "-w", "-t", "tree", "--stdin"), "feat: much\n");
    const reason = expect.stringMatching(/the tree [0-9a-f]{40} has \d+ bytes, and 67108864 are allowed$/);
    expect(await take()).toMatchObject({ kind: "refused", reason });
  });
}
