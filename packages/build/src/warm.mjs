// @ts-check
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A command that is warmed up may take this long; then it goes without a cache. */
const TIMEOUT_MS = 20_000;

/**
 * Runs a built program's `warm` command lines, one after the other, in an empty folder with an empty home, so that the
 * V8 code cache beside each part they load holds what they ran.
 * @param {string} loader
 * @param {readonly (readonly string[])[]} commands
 */
export function warm(loader, commands) {
  const recorder = fileURLToPath(new URL("./record-caches.cjs", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "warm-"));
  const { PATH = "" } = process.env;
  try {
    for (const command of commands) {
      spawnSync(process.execPath, ["--require", recorder, loader, ...command], {
        cwd: folder,
        env: { PATH, HOME: folder, NO_COLOR: "1" },
        stdio: "ignore",
        timeout: TIMEOUT_MS,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
