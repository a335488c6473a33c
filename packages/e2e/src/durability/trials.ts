/** Trials of a change at its calls: at which, on how many stages at once, and what went wrong. */
import { availableParallelism } from "node:os";
import { type Change, type Stage, setStage } from "./at-each-call.ts";
import type { Call } from "./traced.ts";

/** After so many trials it is told how far they are. */
const TELL_EVERY = 50;
const STAGES = Number(process.env.PROOF_STAGES ?? availableParallelism());

export interface Tried {
  readonly tried: number;
  /** The calls of the change, whether they were tried or not. */
  readonly calls: number;
  readonly wrong: readonly string[];
}

/** Says of a trial how it went: what is wrong, or null. */
export type Tell = (call: Call, problem: string | null) => void;

/**
 * Goes through a change on as many stages at once as there are processors; each gets its share of the work, to take every
 * `of`th piece from `share` on. Says how much was tried, and what went wrong; tells on the way how far it is.
 */
export async function onStages(
  change: Change,
  calls: readonly string[],
  work: (stage: Stage, tell: Tell, share: number, of: number) => Promise<void>,
): Promise<Tried> {
  const wrong: string[] = [];
  const at = { tried: 0, calls: 0 };
  const tell: Tell = ({ call, nth, line }, problem) => {
    at.tried += 1;
    if (problem !== null) wrong.push(`${call} ${nth} (${line}): ${problem}`);
    if (at.tried % TELL_EVERY === 0) {
      process.stderr.write(`${change.words.join(" ")}: ${at.tried} tried, ${wrong.length} wrong\n`);
    }
  };
  await Promise.all(
    Array.from({ length: STAGES }, async (_, share) => {
      const stage = await setStage(change, calls);
      at.calls = stage.calls.length;
      try {
        await work(stage, tell, share, STAGES);
      } finally {
        await stage.rig.remove();
      }
    }),
  );
  return { ...at, wrong };
}

/** Of calls of one name on one file at most so many, from the first to the last, in their order. */
export function spread(calls: readonly Call[], most: number): readonly Call[] {
  const kindOf = ({ call, line }: Call): string => `${call} ${/\(\d+<([^>]*)>/.exec(line)?.[1] ?? ""}`;
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(kindOf(call), (counts.get(kindOf(call)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return calls.filter((call) => {
    const kind = kindOf(call);
    const index = seen.get(kind) ?? 0;
    seen.set(kind, index + 1);
    return index % Math.ceil(counts.get(kind)! / most) === 0;
  });
}
