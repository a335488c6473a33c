/** How two texts differ, by git. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeGit, textOf } from "./git.ts";

/** The hunks of a unified diff, without its head; empty when the texts are the same. */
export async function diffTexts(
  env: Readonly<Record<string, string | undefined>>,
  before: string,
  after: string,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "conductor-diff-"));
  try {
    await Promise.all([writeFile(join(dir, "a"), before), writeFile(join(dir, "b"), after)]);
    const answer = await makeGit(env)(["diff", "--no-index", "--no-color", "--no-ext-diff", "--", "a", "b"], {
      cwd: dir,
      answers: [1],
    });
    const text = textOf(answer);
    return text.slice(Math.max(0, text.indexOf("@@")));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
