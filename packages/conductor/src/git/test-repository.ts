/** For tests: a real repository of a user, made with the user's own git in a directory that is thrown away. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TestRepository {
  /** Holds everything of the test; `root` is in it. */
  readonly top: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  git(...args: readonly string[]): string;
  /** Writes files and commits them on the current branch. Answers the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
  remove(): void;
}

/** A repository with one commit on `main` by Ada. */
export function makeTestRepository(): TestRepository {
  const top = mkdtempSync(join(tmpdir(), "conductor-git-"));
  const root = join(top, "repo");
  const home = join(top, "home");
  mkdirSync(root);
  mkdirSync(home);
  writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n");
  const env = { PATH: process.env.PATH ?? "", HOME: home };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  const commit = (files: Readonly<Record<string, string>>, message = "feat: more"): string => {
    writeFiles(root, files);
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "-q", "-b", "main");
  commit({ "readme.md": "hello\n", "src/a.ts": "export const a = 1;\n" }, "feat: begin");
  return { top, root, env, git, commit, remove: () => rmSync(top, { recursive: true, force: true }) };
}

/** Writes files below a directory, making directories on the way. */
export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** What the user has: every file of the working tree, the index and HEAD, each by its hash. */
export function fingerprint(root: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (dir: string, prefix: string): void => {
    for (const name of readdirSync(dir).sort()) {
      if (prefix === "" && name === ".git") continue;
      const path = join(dir, name);
      const facts = lstatSync(path);
      if (facts.isDirectory()) walk(path, `${prefix}${name}/`);
      else found[`${prefix}${name}`] = sha256(facts.isSymbolicLink() ? readlinkSync(path) : readFileSync(path));
    }
  };
  walk(root, "");
  for (const name of ["index", "HEAD", "config"])
    found[`.git/${name}`] = sha256(readFileSync(join(root, ".git", name)));
  return found;
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
