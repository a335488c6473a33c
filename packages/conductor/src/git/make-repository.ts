/** Makes a directory of files into a repository with one commit. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/**
 * For directories of conductor's own making only: it uses an index and a work tree. Its branch is main; what both programs keep in
 * it is ignored without a file in it that says so.
 */
export async function makeRepository(wish: {
  readonly dir: string;
  readonly message: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<void> {
  const git = (...args: readonly string[]): Promise<unknown> =>
    execa("git", ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", ...args], {
      cwd: wish.dir,
      stdin: "ignore",
      extendEnv: false,
      env: { PATH: wish.env.PATH ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" },
    });
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "Conductor demo");
  await git("config", "user.email", "demo@conductor.invalid");
  await mkdir(join(wish.dir, ".git", "info"), { recursive: true });
  await writeFile(join(wish.dir, ".git", "info", "exclude"), ".taskwerk/\n.conductor/\n");
  await git("add", "--all");
  await git("commit", "--quiet", "--no-verify", "-m", wish.message);
}
