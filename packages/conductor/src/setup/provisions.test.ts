import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeAll } from "../git/remove-all.ts";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { confinementOf } from "../test-support/confinement-of.ts";
import { makeProvisions } from "./provisions.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NEVER = new AbortController().signal;
/** Installs what the lockfile says. */
const INSTALL =
  "mkdir -p node_modules/one sub/.cache && cp package-lock.json node_modules/one/ && echo x > sub/.cache/y";

let user: TestRepository;
let repository: UserRepository;
let kept: string;

beforeEach(async () => {
  user = makeTestRepository();
  user.commit({ ".gitignore": "node_modules\n.cache\n", "package-lock.json": "1\n", "sub/a.txt": "a\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  kept = join(user.top, "setup");
});
afterEach(() => user.remove());

async function provisionsOf(command: string) {
  const confinement = (await confinementOf("none", user.top))!;
  return makeProvisions({
    ...{
      command,
      network: false,
      env: { TOKEN: "canary-secret" },
      timeoutMs: 30_000,
      dir: kept,
      repository,
      confinement,
    },
    secrets: ["canary-secret"],
    remove: removeAll,
  });
}

/** A checkout of a tree. */
async function checkout(tree: string): Promise<string> {
  const dir = join(user.top, `checkout-${Math.random().toString(36).slice(2)}`);
  mkdirSync(dir);
  await repository.checkout(tree, dir);
  return dir;
}
const tree = (): Promise<string> => repository.treeOf(user.git("rev-parse", "HEAD"));

describe("what a setup makes", () => {
  it("is made once for each set of lockfiles, and each checkout has files of its own", async () => {
    const provisions = await provisionsOf(INSTALL);
    const first = await tree();
    const dirs = await Promise.all([checkout(first), checkout(first)]);
    await Promise.all(dirs.map((dir) => provisions.provide(first, dir, NEVER)));
    expect(readdirSync(kept)).toHaveLength(1);
    writeFileSync(join(dirs[0]!, "node_modules/one/package-lock.json"), "spoilt");
    const third = await checkout(first);
    await provisions.provide(first, third, NEVER);
    for (const dir of [dirs[1]!, third]) {
      expect(readFileSync(join(dir, "node_modules/one/package-lock.json"), "utf8")).toBe("1\n");
      expect(readFileSync(join(dir, "sub/.cache/y"), "utf8")).toBe("x\n");
      expect(readFileSync(join(dir, "sub/a.txt"), "utf8")).toBe("a\n");
    }
    const { kept: again, bytes } = (await provisions.make(first, NEVER))!;
    expect(again).toBe(true);
    // Two files of a block each, at least.
    expect(bytes).toBeGreaterThanOrEqual(2 * 512);

    user.commit({ "sub/a.txt": "b\n" });
    expect(await provisions.make(await tree(), NEVER)).toMatchObject({ kept: true });
    user.commit({ "package-lock.json": "2\n" });
    const other = await tree();
    expect(await provisions.make(other, NEVER)).toMatchObject({ kept: false });
    const dir = await checkout(other);
    await provisions.provide(other, dir, NEVER);
    expect(readFileSync(join(dir, "node_modules/one/package-lock.json"), "utf8")).toBe("2\n");
  });

  it("is kept for the four sets that were used last", async () => {
    const provisions = await provisionsOf(INSTALL);
    for (let n = 0; n < 6; n += 1) {
      user.commit({ "package-lock.json": `${n}\n` }, `lock ${n}`);
      await provisions.make(await tree(), NEVER);
    }
    expect(readdirSync(kept)).toHaveLength(4);
    expect(await provisions.make(await tree(), NEVER)).toMatchObject({ kept: true });
  });

  it("is refused with the last words of the command when that fails, without what is secret, and leaves nothing", async () => {
    const provisions = await provisionsOf('echo "token is $TOKEN"; exit 3');
    const made = provisions.make(await tree(), NEVER);
    await expect(made).rejects.toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringContaining("ended with 3"),
    });
    await expect(made).rejects.toMatchObject({ message: expect.stringMatching(/token is \[redacted\]/) });
    // Nothing half made, and all that it said.
    expect(readdirSync(kept)).toEqual(["failed.log"]);
    expect(readFileSync(join(kept, "failed.log"), "utf8")).toBe("token is [redacted]\n");
  });

  it("is refused where git would take it for work", async () => {
    const provisions = await provisionsOf("mkdir deps && touch deps/one");
    await expect(provisions.make(await tree(), NEVER)).rejects.toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringContaining("deps"),
    });
  });

  it("never follows or replaces what a tree brings itself", async () => {
    const provisions = await provisionsOf(INSTALL);
    const first = await tree();
    const dir = await checkout(first);
    const outside = join(user.top, "outside");
    mkdirSync(outside);
    symlinkSync(outside, join(dir, "node_modules"));
    await expect(provisions.provide(first, dir, NEVER)).rejects.toMatchObject({ code: "SETUP_FAILED" });
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(dir, "sub/.cache"))).toBe(false);
  });
});
