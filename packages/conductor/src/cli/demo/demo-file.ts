import { existsSync } from "node:fs";
import { join } from "node:path";

/** The file that says that a directory was made by the demo and may be made anew. */
export const markOf = (dir: string): string => join(dir, ".git", "conductor-demo");

/** The configuration of a demo. It lies with what conductor keeps of the repository, where nobody but the user writes. */
export const demoFileOf = (stateDir: string): string => join(stateDir, "demo-config.yml");

/** The same where the demo has made this directory; null anywhere else. */
export function demoFileIn(root: string, stateDir: string): string | null {
  if (!existsSync(markOf(root))) return null;
  const file = demoFileOf(stateDir);
  return existsSync(file) ? file : null;
}
