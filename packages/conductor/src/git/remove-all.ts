/** Deletes directories that commands of others have written in, whatever they left there. */
import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Also what is write-protected or unreadable. Links are removed, never followed; nothing there is fine. */
export async function removeAll(top: string): Promise<void> {
  try {
    await rm(top, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await makeOpen(top);
    await rm(top, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Gives the owner every right to what is in a directory, from the top down: what cannot be read can be neither saved nor deleted. */
export async function makeOpen(top: string): Promise<void> {
  const about = await lstat(top).catch(() => null);
  if (about === null || about.isSymbolicLink()) return;
  const wanted = about.isDirectory() ? 0o700 : 0o600;
  if ((about.mode & wanted) !== wanted) await chmod(top, (about.mode & 0o777) | wanted).catch(() => undefined);
  if (!about.isDirectory()) return;
  for (const name of await readdir(top).catch(() => [])) await makeOpen(join(top, name));
}
