/** What is done about a loop: one rung after the other, each once. Pure. */
import { LOOP_RUNGS, type LoopRung } from "../../model/loop.ts";

/** Why a rung cannot be taken now, in words; null or absent = it can. */
export type Hindrances = Readonly<Partial<Record<LoopRung, string | null>>>;

/** Where it goes on. */
export interface NextRung {
  readonly rung: LoopRung;
  /** Rungs below it that were never taken and cannot be, each with why. */
  readonly skipped: readonly string[];
}

/** The next rung. `taken`: since the last human word. The last one can always be taken, also twice. */
export function nextRung(taken: Iterable<LoopRung>, hindrances: Hindrances): NextRung {
  const used = new Set(taken);
  // Whoever has been on a higher rung does not come back to a lower one.
  const from = Math.max(-1, ...[...used].map((rung) => LOOP_RUNGS.indexOf(rung))) + 1;
  const skipped: string[] = [];
  for (const rung of LOOP_RUNGS.slice(from)) {
    const why = rung === "blocked" ? null : (hindrances[rung] ?? null);
    if (why === null) return { rung, skipped };
    skipped.push(`${rung}: ${why}`);
  }
  return { rung: "blocked", skipped };
}
