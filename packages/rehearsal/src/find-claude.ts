import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Claude Code's command line: where `CLAUDE_CODE` says that it is, or on PATH; empty where there is none. */
export const CLAUDE =
  process.env.CLAUDE_CODE ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, "claude"))
    .find((path) => existsSync(path)) ??
  "";
