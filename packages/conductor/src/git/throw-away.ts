/** A clone of the user's repository for a rehearsal, and how the repository itself is seen to be as it was. */
import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { findRepository } from "./find-repository.ts";
import { makeGit, textOf } from "./git.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface ThrowAway {
  /** The branch that it is on, without refs/heads/. */
  readonly branch: string;
  /** The commit of the user's that it began with. */
  readonly commit: string;
  /** Files of the user's that were changed and are not in it. */
  readonly changed: number;
}

const LONG_MS = 10 * 60_000;

/**
 * Clones what is committed at `from` into `to`: own objects, own refs, no remote, so that nothing that happens in it can reach
 * the user's repository. Throws as `findRepository` does.
 */
export async function cloneThrowAway({
  from,
  to,
  env,
}: {
  readonly from: string;
  readonly to: string;
  readonly env: Env;
}): Promise<ThrowAway> {
  const found = await findRepository(from, env);
  const git = makeGit(env);
  // Whether it may be worked in at all has just been asked as the user would.
  const trusting = ["safe.directory=*", "safe.bareRepository=all"];
  const branch = found.head?.replace(/^refs\/heads\//, "") ?? "main";
  const commit = textOf(await git(["rev-parse", "HEAD"], { cwd: from, config: trusting })).trim();
  const status = await git(["--no-optional-locks", "status", "--porcelain", "-z", "--untracked-files=normal"], {
    cwd: from,
    config: trusting,
  });
  await git(["clone", "--quiet", "--no-hardlinks", "--no-tags", "--no-checkout", found.top, to], {
    cwd: dirname(to),
    config: trusting,
    files: true,
    timeoutMs: LONG_MS,
  });
  const inside = { cwd: to, config: ["safe.bareRepository=all"], timeoutMs: LONG_MS };
  await git(["checkout", "--quiet", "--force", "-B", branch, commit], inside);
  await git(["remote", "remove", "origin"], inside);
  await prepare(to, env);
  return {
    branch,
    commit,
    changed: status.stdout
      .toString()
      .split("\0")
      .filter((line) => /^.. ./.test(line)).length,
  };
}

/** Throws VALIDATION_FAILED where the way to a file leads over a symbolic link of the repository: nobody knows where that ends. */
async function refuseLinks(dir: string, path: string): Promise<void> {
  const parts = path.split("/");
  for (const n of parts.keys()) {
    const part = parts.slice(0, n + 1).join("/");
    const about = await lstat(join(dir, part)).catch(() => null);
    if (about?.isSymbolicLink())
      throw new WerkError(
        "VALIDATION_FAILED",
        `${path} cannot be written: ${part} is a symbolic link in your repository`,
        {
          hint: "Choose a scenario that writes other files:  conductor rehearse --list",
          field: "files",
          given: path,
        },
      );
  }
}

/**
 * Commits these files on top of what is there, so that runs find them; nothing when there are none. Throws VALIDATION_FAILED for
 * one that could lie outside.
 */
export async function commitFiles(
  dir: string,
  files: Readonly<Record<string, string>>,
  env: Env,
  message: string,
): Promise<void> {
  const paths = Object.keys(files);
  if (paths.length === 0) return;
  for (const path of paths) await refuseLinks(dir, path);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const git = makeGit(env);
  const inside = { cwd: dir, config: ["safe.bareRepository=all"] };
  await git(["add", "--force", "--", ...paths], inside);
  await git(["commit", "--quiet", "--no-verify", "--allow-empty", "-m", message], {
    ...inside,
    config: [...inside.config, "user.name=Conductor rehearsal", "user.email=rehearsal@conductor.invalid"],
  });
}

/** Who commits there, and what is ignored there without a file in it. */
async function prepare(dir: string, env: Env): Promise<void> {
  const git = makeGit(env);
  const inside = { cwd: dir, config: ["safe.bareRepository=all"] };
  for (const setting of ["user.name=Conductor rehearsal", "user.email=rehearsal@conductor.invalid"]) {
    const [name = "", value = ""] = setting.split("=");
    await git(["config", name, value], inside);
  }
  await mkdir(join(dir, ".git", "info"), { recursive: true });
  await writeFile(join(dir, ".git", "info", "exclude"), ".taskwerk/\n.conductor/\n");
}

/** The user's repository as it is now: its refs, HEAD, index, and which files are changed. The same before and after means untouched. */
export async function standingOf(root: string, env: Env): Promise<string> {
  const git = makeGit(env);
  const there = { cwd: root, config: ["safe.directory=*", "safe.bareRepository=all"] };
  const gitDir = textOf(await git(["rev-parse", "--absolute-git-dir"], there)).trim();
  const parts = [
    textOf(await git(["for-each-ref", "--format=%(refname) %(objectname)"], there)),
    await readFile(join(gitDir, "HEAD"), "utf8"),
    createHash("sha256")
      .update(await readFile(join(gitDir, "index")).catch(() => ""))
      .digest("hex"),
    textOf(await git(["--no-optional-locks", "status", "--porcelain", "--untracked-files=all"], there)),
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
