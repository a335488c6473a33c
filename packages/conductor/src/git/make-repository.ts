/** Makes a directory of files into a repository with one commit. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** For directories of conductor's own making only: it uses an index and a work tree. */
export async function makeRepository(wish: {
  readonly dir: string;
  readonly branch: string;
  readonly message: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Patterns that this clone ignores without a file in it. */
  readonly ignore: readonly string[];
}): Promise<void> {
  const git = (...args: readonly string[]): Promise<unknown> =>
    execa("git", ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", ...args], {
      cwd: wish.dir,
      stdin: "ignore",
      extendEnv: false,
      env: { PATH: wish.env.PATH ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" },
    });
  await git("init", "--quiet", `--initial-branch=${wish.branch}`);
  await git("config", "user.name", "Conductor demo");
  await git("config", "user.email", "demo@conductor.invalid");
  await mkdir(join(wish.dir, ".git", "info"), { recursive: true });
  await writeFile(join(wish.dir, ".git", "info", "exclude"), `${wish.ignore.join("\n")}\n`);
  await git("add", "--all");
  await git("commit", "--quiet", "--no-verify", "-m", wish.message);
}
