/** For tests: the confinement levels of this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confinementOf, type TestLevel } from "./confinement-of.ts";

/** The weakest first. */
export async function available(): Promise<readonly TestLevel[]> {
  const dir = await mkdtemp(join(tmpdir(), "level-"));
  const full = await confinementOf("full", dir);
  await rm(dir, { recursive: true, force: true });
  return full === null ? ["none"] : ["none", "full"];
}
