/** The clock that a program sees, wrong or right: libfaketime between it and the system. */
import { spawnSync } from "node:child_process";
import type { Ran, Rig } from "../rig.ts";

/** The library; null where it is missing. Where it has to be (`TASKWERK_REQUIRE_TOOLS=1`) that is an error. */
export function fakeClock(): string | null {
  const { status, stdout } = spawnSync("faketime", ["-f", "+0", "printenv", "LD_PRELOAD"], { encoding: "utf8" });
  if (status === 0) return stdout.trim();
  if (process.env.TASKWERK_REQUIRE_TOOLS === "1") throw new Error("faketime is needed and not here");
  process.stderr.write("SKIPPED: faketime is missing\n");
  return null;
}

export interface Clocked {
  /** `taskwerk` with these words at a moment: `-1h` from now, or `2099-12-31 23:59:00` where the rig is. */
  readonly at: (moment: string, ...words: readonly string[]) => Promise<Ran>;
  /** The data of its answer; throws when it failed. */
  readonly dataAt: <T>(moment: string, ...words: readonly string[]) => Promise<T>;
}

/** Commands of a rig under other clocks, in a time zone. */
export function clocked(rig: Rig, library: string, zone = "UTC"): Clocked {
  const at: Clocked["at"] = (moment, ...words) =>
    rig.run("taskwerk", words, {
      env: {
        LD_PRELOAD: library,
        FAKETIME: /^\d{4}-/.test(moment) ? `@${moment}` : moment,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        TZ: zone,
      },
    });
  return {
    at,
    async dataAt(moment, ...words) {
      const ran = await at(moment, ...words, "--json");
      if (ran.code !== 0) throw new Error(`at ${moment}, ${words.join(" ")} failed: ${JSON.stringify(ran)}`);
      return JSON.parse(ran.stdout).data;
    },
  };
}
