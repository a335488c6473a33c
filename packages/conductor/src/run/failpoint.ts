/** Dies at a named point, as `kill -9` would: how recovery is proven. */
import type { Journal } from "../journal/journal.ts";
import { FAILPOINTS, type Failpoint } from "./context.ts";

/** `wanted` is a failpoint's name, perhaps with the visit at which to die: "after-gate:3". Anything else never dies. */
export function makeFailpoint(wanted: string | undefined, die: () => void): (name: Failpoint) => void {
  const [name, visit = "1"] = (wanted ?? "").split(":");
  if (!FAILPOINTS.some((one) => one === name)) return () => undefined;
  let left = Number(visit);
  return (reached) => {
    if (reached !== name) return;
    left -= 1;
    if (left === 0) die();
  };
}

/**
 * A journal whose writer dies at one event: "before-event:12" with event 12 in the transaction that is not committed
 * yet, "after-event:12" once it is durable and before anything that follows from it. Anything else never dies.
 */
export function mortalJournal(journal: Journal, wanted: string | undefined, die: () => void): Journal {
  const [, side, number] = /^(before|after)-event:(\d+)$/.exec(wanted ?? "") ?? [];
  if (side === undefined) return journal;
  const mortal = Number(number);
  const appendIf: Journal["appendIf"] = async (decide) => {
    const events = await journal.appendIf((state) => {
      const facts = decide(state);
      if (side === "before" && state.seq < mortal && mortal <= state.seq + facts.length) die();
      return facts;
    });
    if (side === "after" && events.some(({ seq }) => seq === mortal)) die();
    return events;
  };
  return { ...journal, appendIf, append: (facts) => appendIf(() => facts) };
}
