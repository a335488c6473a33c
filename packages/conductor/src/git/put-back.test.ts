import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Workspace } from "../model/repository.ts";
import { putBack } from "./put-back.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { snapshot } from "./snapshot.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";
import { prepareWorkspace } from "./workspace.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let workspace: Workspace;
const at = (path: string): string => join(workspace.dir, path);
const treeNow = async (): Promise<string> => (await snapshot({ repository, workspace }))!.tree;

beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  const base = user.git("rev-parse", "HEAD");
  workspace = await prepareWorkspace({ repository, base, branch: "feature/x", dir: join(user.top, "work/1") });
});
afterEach(() => user.remove());

it("gives a workspace the files of an earlier moment, and leaves its .git and what git ignores alone", async () => {
  mkdirSync(at("src"), { recursive: true });
  writeFileSync(at(".gitignore"), "ignored\n");
  writeFileSync(at("src/good.ts"), "good\n");
  writeFileSync(at("ignored"), "mine\n");
  const good = await treeNow();
  writeFileSync(at("src/good.ts"), "bad\n");
  writeFileSync(at("src/more.ts"), "more\n");
  const bad = await treeNow();
  const head = readFileSync(at(".git/HEAD"), "utf8");
  await putBack(repository, workspace, { from: bad, to: good });
  expect(await treeNow()).toBe(good);
  expect(readFileSync(at("src/good.ts"), "utf8")).toBe("good\n");
  expect(readFileSync(at("ignored"), "utf8")).toBe("mine\n");
  expect(readFileSync(at(".git/HEAD"), "utf8")).toBe(head);
});

it("writes nothing over files that changed meanwhile", async () => {
  writeFileSync(at("a.txt"), "good\n");
  const good = await treeNow();
  writeFileSync(at("a.txt"), "bad\n");
  const bad = await treeNow();
  writeFileSync(at("a.txt"), "unsaved\n");
  await expect(putBack(repository, workspace, { from: bad, to: good })).rejects.toMatchObject({ code: "GIT_FAILED" });
  expect(readFileSync(at("a.txt"), "utf8")).toBe("unsaved\n");
});
