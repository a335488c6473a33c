import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { DEFAULT_POLICY, type PolicySettings } from "../policy/decide.ts";
import type { RunSettings } from "./context.ts";
import { gatherChange } from "./gather-change.ts";
import { whatNobodySaw } from "./what-nobody-saw.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LINES = Array.from({ length: 40 }, (_, n) => `line ${n}\n`);
let user: TestRepository;
let repository: UserRepository;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "notes.txt": LINES.join(""), "other.txt": "x\n", "ci.yml": "on: push\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

function branch(change: () => void): string {
  user.git("checkout", "-q", "--detach", base);
  change();
  const commit = user.commit({});
  user.git("checkout", "-q", "main");
  return commit;
}
const writes = (path: string, text: string) => (): void => void user.commit({ [path]: text });
async function problemOf(tip: string, work: string, policy: PolicySettings = DEFAULT_POLICY): Promise<string | null> {
  const merged = await repository.mergeWork(tip, { base, commit: work });
  if (merged.kind === "conflict") throw new Error(merged.paths.join());
  const { change } = await gatherChange(repository, { base, work, secrets: [], commands: [] });
  const settings = { policy } as RunSettings;
  const gateSets = async () => ({ gates: [], gateFiles: {}, changed: [] });
  return (await whatNobodySaw({ repository, secrets: [], settings, gateSets }, { tip, tree: merged.tree, change }))
    .problem;
}

it("finds nothing in work that merges as it is, also where people were asked about it", async () => {
  const tip = branch(writes("new.txt", "x\n"));
  expect(await problemOf(tip, branch(writes("other.txt", "y\n")))).toBeNull();
  expect(await problemOf(tip, branch(writes(".github/ci.yml", "x\n")))).toBeNull();
});

it("finds what git took to another file, because that was moved meanwhile", async () => {
  const tip = branch(() => {
    user.commit({ ".github/keep": "" });
    user.git("mv", "notes.txt", ".github/notes.yml");
  });
  const work = branch(writes("notes.txt", LINES.with(3, "planted\n").join("")));
  expect(await problemOf(tip, work)).toBe(
    "nobody was asked about it: config_changes: .github/notes.yml; gate-files: .github/notes.yml",
  );
});

it("asks about a size once, though some of the lines fall elsewhere", async () => {
  const policy = { ...DEFAULT_POLICY, maxDiffLines: 10 };
  const work = branch(writes("notes.txt", LINES.map((line, n) => (n < 20 ? `more ${line}` : line)).join("")));
  const tip = branch(writes("notes.txt", LINES.with(5, `more ${LINES[5]}`).join("")));
  expect(await repository.mergeWork(tip, { base, commit: work })).toMatchObject({ kind: "conflict" });
  const same = branch(writes("other.txt", "y\n"));
  expect(await problemOf(same, work, policy)).toBeNull();
});
