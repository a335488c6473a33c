/** Asks a program which version it is. */
import { execa } from "execa";

export interface Version {
  /** It could be started. */
  readonly there: boolean;
  /** It ended as it should. */
  readonly ok: boolean;
  /** e.g. "2.1.197"; null when it names none. */
  readonly version: string | null;
}

/** Runs the words and reads the first number with a dot. Never throws. */
export async function versionOf(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Version> {
  const asked = await execa(program, args, {
    reject: false,
    timeout: 10_000,
    stdin: "ignore",
    maxBuffer: 100_000,
    extendEnv: false,
    env,
  });
  return {
    ok: asked.exitCode === 0,
    there: asked.exitCode !== undefined || asked.timedOut,
    version: /\d+(?:\.\d+)+[\w.+-]*/.exec(`${asked.stdout}\n${asked.stderr}`)?.[0] ?? null,
  };
}
