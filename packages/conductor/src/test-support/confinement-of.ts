/** For tests: the real confinement of a level, with its state in a directory of the test. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Confinement } from "../model/command.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { plainConfinement } from "../sandbox/plain.ts";

/** Runs something when a test is over: vitest's onTestFinished. */
export type Cleanup = (remove: () => Promise<void>) => void;

export type TestLevel = "none" | "full";

/** Null when this machine does not give that level. */
export async function confinementOf(level: TestLevel, root: string): Promise<Confinement | null> {
  const stateDir = join(root, "state");
  await mkdir(stateDir, { recursive: true });
  if (level === "none") return plainConfinement({ path: process.env.PATH ?? "", stateDir, limits: null });
  const detected = await detectConfinement({ env: process.env, stateDir });
  return detected.level === "full" ? detected.confinement : null;
}
