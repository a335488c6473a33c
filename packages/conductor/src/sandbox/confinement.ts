/** Finds the strongest boundary that this machine gives, and proves it before it is called one. */
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Confinement, SandboxLevel, UseLimits } from "../model/command.ts";
import { bubblewrapConfinement } from "./bubblewrap.ts";
import { findControlGroups } from "./control-group.ts";
import { plainConfinement } from "./plain.ts";
import { type SelfTest, selfTest } from "./self-test.ts";
import { viewSystem } from "./system-view.ts";

export interface Detected {
  readonly confinement: Confinement;
  readonly level: SandboxLevel;
  /** Why it is not "full", in a sentence; null when it is. */
  readonly problem: string | null;
  /** What to type to get there. */
  readonly cure: string | null;
  /** What holds commands to their memory and processes; null = nothing is to be held. */
  readonly limitsBy: "control-group" | "watch" | null;
  /** What finding out took. */
  readonly durationMs: number;
}

export interface DetectOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Conductor's own directory; it is hidden from every confined command. */
  readonly stateDir: string;
  /** Other places that are never shown, e.g. the user's repository. */
  readonly hidden?: readonly string[];
  /** What each command may hold; default: no limit. */
  readonly limits?: UseLimits;
}

/** bubblewrap if it is installed and passes its self-test; else plain processes, with the reason and the cure. */
export async function detectConfinement({
  env,
  stateDir,
  hidden = [],
  limits: given,
}: DetectOptions): Promise<Detected> {
  const limits = given ?? null;
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  const dir = join(stateDir, "sandbox");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const none = (problem: string, cure: string | null): Detected => {
    const path = (env.PATH ?? "").split(":").filter(isAbsolute).join(":") || "/usr/local/bin:/usr/bin:/bin";
    return {
      confinement: plainConfinement({ path, stateDir: dir, limits }),
      level: "none",
      problem,
      cure,
      limitsBy: limits === null ? null : "watch",
      durationMs: took(),
    };
  };
  if (process.platform !== "linux") return none("Confinement needs Linux's bubblewrap.", null);
  const program = await findProgram("bwrap", env.PATH);
  if (program === null) return none("bubblewrap is not installed.", "sudo apt-get install bubblewrap");

  const system = await viewSystem(env, dir);
  const secret = [stateDir, ...(env.HOME === undefined ? [] : [env.HOME]), ...hidden];
  const root = process.getuid?.() === 0;
  const groups = limits === null ? null : await findControlGroups();
  let last: SelfTest | null = null;
  // Neither is known to every bubblewrap, nor allowed everywhere.
  for (const [noUserNamespaces, sized] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    if (sized && limits === null) continue;
    const options = { program, system, hidden: secret, root, noUserNamespaces, sized, limits, groups };
    const confinement = bubblewrapConfinement(options);
    last = await selfTest(confinement, { stateDir: dir, home: env.HOME });
    if (last.passed) {
      const limitsBy = limits === null ? null : groups === null ? "watch" : "control-group";
      return { confinement, level: "full", problem: null, cure: null, limitsBy, durationMs: took() };
    }
  }
  const why = last?.failures.join("; ") ?? "";
  return none(`bubblewrap did not pass its self-test: ${why}.`, cureOf(why));
}

/** The known reasons why bubblewrap cannot start for an ordinary user. */
function cureOf(why: string): string | null {
  if (/uid map|RTM_NEWADDR|Operation not permitted|Permission denied/i.test(why))
    return "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 kernel.unprivileged_userns_clone=1";
  if (/No space left|user namespace/i.test(why)) return "sudo sysctl user.max_user_namespaces=15000";
  return null;
}

async function findProgram(name: string, path: string | undefined): Promise<string | null> {
  for (const dir of [...(path ?? "").split(":"), "/usr/bin", "/usr/local/bin"].filter(isAbsolute)) {
    const file = join(dir, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return null;
}
