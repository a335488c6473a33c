import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeAll } from "../git/remove-all.ts";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import type { Confinement } from "../model/command.ts";
import { plainConfinement } from "../sandbox/plain.ts";
import { available } from "../test-support/available.ts";
import { confinementOf } from "../test-support/confinement-of.ts";
import { makeLockfiles } from "./make-lockfiles.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const levels = await available();
const hasCargo = ((): boolean => {
  try {
    execFileSync("cargo", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
let user: TestRepository;
let repository: UserRepository;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

type Files = Readonly<Record<string, string>>;
function branch(from: string, change: Files | (() => void)): string {
  user.git("checkout", "-q", "--detach", from);
  if (typeof change === "function") change();
  const commit = user.commit(typeof change === "function" ? {} : change);
  user.git("checkout", "-q", "main");
  return commit;
}

/** What becomes of the conflict of two commits: the files as text, or why not. */
async function settle(ours: string, theirs: string, confinement: Confinement): Promise<Files | string> {
  const make = makeLockfiles({
    network: false,
    env: { TOKEN: "canary-secret" },
    timeoutMs: 60_000,
    dir: join(user.top, "made"),
    repository,
    confinement,
    secrets: ["canary-secret"],
    remove: removeAll,
  });
  const conflict = (await repository.conflictOf(ours, { base: user.git("rev-parse", `${theirs}^`), commit: theirs }))!;
  const made = await make({ conflict, signal: new AbortController().signal, marker: "test" });
  const place = join(user.top, "made");
  expect(existsSync(place) ? readdirSync(place) : []).toEqual([]);
  if (made.kind === "passed") return made.reason;
  // What is taken is all that there is in the tree.
  const tree = await repository.withFiles(conflict.tree, made.files);
  return Object.fromEntries(
    await Promise.all(
      [...made.files.keys()].map(async (path) => [path, (await repository.readFile(tree, path))!.toString()] as const),
    ),
  );
}

const HASH = (letter: string): string => `sha512-${letter.repeat(86)}==`;
/** A package that depends on these, and npm's lockfile for it. */
const npmFiles = (deps: readonly string[], dev: readonly string[]): Files => {
  const ranges = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "^1.0.0"]));
  const wanted = {
    ...(deps.length > 0 ? { dependencies: ranges(deps) } : {}),
    description: "between them, so that the manifests merge",
    license: "MIT",
    ...(dev.length > 0 ? { devDependencies: ranges(dev) } : {}),
  };
  const { description: _, ...locked } = wanted;
  const entry = (name: string, more: object) => [
    `node_modules/${name}`,
    {
      version: "1.0.1",
      resolved: `https://registry.npmjs.org/${name}/-/${name}-1.0.1.tgz`,
      integrity: HASH(name[0]!),
      ...more,
    },
  ];
  const packages = Object.fromEntries([
    ["", { name: "app", version: "1.0.0", ...locked }],
    ...deps.map((name) => entry(name, {})),
    ...dev.map((name) => entry(name, { dev: true })),
  ]);
  const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "package.json": text({ name: "app", version: "1.0.0", ...wanted }),
    "package-lock.json": text({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages }),
  };
};

describe.each(levels)("at level %s", (level) => {
  const confined = async (): Promise<Confinement> => (await confinementOf(level, user.top))!;

  it("npm makes its lockfile anew from the merged manifest, with the versions of both sides, without a network", async () => {
    const start = branch(base, npmFiles([], []));
    const made = await settle(
      branch(start, npmFiles(["left"], [])),
      branch(start, npmFiles([], ["zeta"])),
      await confined(),
    );
    expect(typeof made === "string" ? made : Object.keys(made)).toEqual(["package-lock.json"]);
    const lock = JSON.parse((made as Files)["package-lock.json"]!);
    expect(lock.packages[""]).toMatchObject({ dependencies: { left: "^1.0.0" }, devDependencies: { zeta: "^1.0.0" } });
    expect(lock.packages["node_modules/left"]).toMatchObject({ version: "1.0.1", integrity: HASH("l") });
    expect(lock.packages["node_modules/zeta"]).toMatchObject({ version: "1.0.1", integrity: HASH("z"), dev: true });
  });

  it("what npm would have to look up is left to others, and said", async () => {
    const start = branch(base, npmFiles([], []));
    const theirs = npmFiles([], ["zeta"]);
    const without = { ...theirs, "package-lock.json": npmFiles([], [])["package-lock.json"]!.replace("MIT", "ISC") };
    const made = await settle(branch(start, npmFiles(["left"], [])), branch(start, without), await confined());
    expect(made).toMatch(/^npm install --package-lock-only without a network ended with 1: .*ENOTCACHED/);
  });

  it("runs nothing that attributes, the user's configuration or a package name", async () => {
    const canary = join(user.top, "canary");
    user.git("config", "merge.evil.driver", `touch ${canary}; true`);
    user.git("config", "filter.evil.smudge", `touch ${canary}; cat`);
    user.git("config", "filter.evil.clean", `touch ${canary}; cat`);
    const scripts = (files: Files): Files => ({
      ...files,
      ".gitattributes": "package-lock.json merge=evil filter=evil\n",
      "package.json": files["package.json"]!.replace("{\n", `{\n  "scripts": {"preinstall": "touch ${canary}"},\n`),
    });
    const start = branch(base, scripts(npmFiles([], [])));
    const [ours, theirs] = [
      branch(start, scripts(npmFiles(["left"], []))),
      branch(start, scripts(npmFiles([], ["zeta"]))),
    ];
    rmSync(canary);
    expect(await settle(ours, theirs, await confined())).toHaveProperty(["package-lock.json"]);
    expect(existsSync(canary)).toBe(false);
  });

  // Without the sandbox's view of the system, rustup does not find its toolchains from another home.
  it.runIf(hasCargo && level === "full")("cargo makes its lockfile anew", async () => {
    const crate = (name: string, deps = ""): Files => ({
      [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${deps}`,
      [`${name}/src/lib.rs`]: "",
    });
    const lock = (...names: readonly string[]): string =>
      `# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 3\n\n[[package]]\nname = "app"\nversion = "0.1.0"\n${names.length === 0 ? "" : `dependencies = [\n${names.map((name) => ` "${name}",\n`).join("")}]\n`}${names.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join("")}`;
    const app = (deps: string, dev: string, ...names: readonly string[]): Files => ({
      ...crate("app", `\n[dependencies]\n${deps}\n# between them\n\n[dev-dependencies]\n${dev}`),
      "app/Cargo.lock": lock(...names),
    });
    const start = branch(base, { ...crate("aa"), ...crate("zz"), ...app("", "") });
    const ours = branch(start, app('aa = { path = "../aa" }\n', "", "aa"));
    const theirs = branch(start, app("", 'zz = { path = "../zz" }\n', "zz"));
    const made = await settle(ours, theirs, await confined());
    expect(made).toEqual({ "app/Cargo.lock": expect.stringContaining('dependencies = [\n "aa",\n "zz",\n]') });
  });
});

describe("without any program", () => {
  const nothing = (): Confinement => plainConfinement({ path: "/nonexistent", stateDir: user.top, limits: null });

  it("go.sum gets the lines of both, in a folder too", async () => {
    const line = (name: string): string => `example.com/${name} v1.0.0 h1:${"A".repeat(43)}=\n`;
    const start = branch(base, { "svc/go.sum": line("m") });
    const ours = branch(start, { "svc/go.sum": line("a") + line("m") });
    const theirs = branch(start, { "svc/go.sum": line("b") + line("m") });
    expect(await settle(ours, theirs, nothing())).toEqual({ "svc/go.sum": line("a") + line("b") + line("m") });
  });

  it("says that a tool is not there", async () => {
    const start = branch(base, { "uv.lock": "1\n" });
    const made = await settle(branch(start, { "uv.lock": "2\n" }), branch(start, { "uv.lock": "3\n" }), nothing());
    expect(made).toBe("uv is not there");
  });

  it.each([
    ["another file that conflicts", { "readme.md": "a\n" }, { "readme.md": "b\n" }, "readme.md is no lockfile"],
    ["a kind that nobody makes", { "bun.lock": "a\n" }, { "bun.lock": "b\n" }, "conductor cannot make bun.lock anew"],
    [
      "markers that are committed",
      { "yarn.lock": "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n" },
      { "yarn.lock": "b\n" },
      "yarn.lock is committed with conflict markers in it",
    ],
  ])("leaves %s to others", async (_, ours, theirs, why) => {
    expect(await settle(branch(base, ours), branch(base, theirs), nothing())).toBe(why);
  });

  it("leaves a lockfile that is a link, a directory, or gone on one side to others", async () => {
    const link = (target: string) => () => symlinkSync(target, join(user.root, "go.sum"));
    expect(await settle(branch(base, link("a")), branch(base, link("b")), nothing())).toMatch(
      /^go\.sum is not a plain file/,
    );
    const folder = branch(base, { "go.sum/inner": "x\n" });
    expect(await settle(branch(base, { "go.sum": "y\n" }), folder, nothing())).toMatch(
      /is not a plain file|is no lockfile/,
    );
    const start = branch(base, { "go.sum": "y\n" });
    const gone = branch(start, () => rmSync(join(user.root, "go.sum")));
    expect(await settle(gone, branch(start, { "go.sum": "z\n" }), nothing())).toMatch(/^go\.sum is not a plain file/);
  });
});

describe("a tool that does something else", () => {
  const with_ = (script: string): Confinement => {
    const bin = join(user.top, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pnpm"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "pnpm"), 0o755);
    return plainConfinement({ path: `${bin}:/usr/bin:/bin`, stateDir: user.top, limits: null });
  };
  const made = (script: string): Promise<Files | string> => {
    const start = branch(base, { "pnpm-lock.yaml": "1\n" });
    return settle(
      branch(start, { "pnpm-lock.yaml": "2\n" }),
      branch(start, { "pnpm-lock.yaml": "3\n" }),
      with_(script),
    );
  };

  it.each([
    ["does nothing", "true", "pnpm-lock.yaml was not written"],
    ["leaves markers", "echo '<<<<<<< ours' > pnpm-lock.yaml", "pnpm-lock.yaml still has conflict markers"],
    [
      "changes another file",
      "echo 4 > pnpm-lock.yaml; echo x > readme.md",
      /^making them changed other files too: readme\.md/,
    ],
    ["makes another file", "echo 4 > pnpm-lock.yaml; echo x > .npmrc", /^making them changed other files too: \.npmrc/],
    ["deletes another file", "echo 4 > pnpm-lock.yaml; rm -r src", /^making them changed other files too: src\/a\.ts/],
    ["makes it a link", "ln -sf /etc/passwd pnpm-lock.yaml", "pnpm-lock.yaml is no plain file afterwards"],
    ["makes it a pipe", "rm pnpm-lock.yaml; mkfifo pnpm-lock.yaml", "pnpm-lock.yaml is no plain file afterwards"],
    [
      "makes it a directory",
      "rm pnpm-lock.yaml; mkdir pnpm-lock.yaml; touch pnpm-lock.yaml/x",
      /other files|no plain file/,
    ],
    ["empties it", ": > pnpm-lock.yaml", "pnpm-lock.yaml is empty afterwards"],
    [
      "brings what nobody has seen",
      "echo https://evil.example/canary-secret > pnpm-lock.yaml",
      "pnpm-lock.yaml would install what neither side has: https://evil.example/[redacted]",
    ],
    [
      "plants a repository",
      "echo 4 > pnpm-lock.yaml; git init -q x; cd x; git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x",
      /^making them changed other files too: x/,
    ],
    ["says its secrets", 'echo "no $TOKEN"; exit 3', /ended with 3: no \[redacted\]$/],
  ])("%s: nothing of it is taken", async (_, script, why) => {
    const said = await made(script);
    expect(said).toEqual(typeof why === "string" ? why : expect.stringMatching(why));
  });

  it("is taken when it wrote its lockfile and nothing else", async () => {
    expect(await made("echo 4 > pnpm-lock.yaml")).toEqual({ "pnpm-lock.yaml": "4\n" });
  });
});
