/** What became of the tests of a base, by their names, as the receipts at both ends have them. */
import { lostTests } from "../gates/ratchet.ts";
import type { Receipt } from "../model/gate.ts";
import type { LostTests } from "../model/lost-tests.ts";
import { namesOf } from "./judges.ts";

/** Gate by gate. Null where it is not known of every gate that ran tests on the base: it names none, its list is gone, or it ran no more. */
export async function testsBetween(before: readonly Receipt[], after: readonly Receipt[]): Promise<LostTests | null> {
  const ran = before.filter(({ kind }) => kind === "test");
  const names = await namesOf([...ran, ...after]);
  const lost = ran.map((base) => {
    const now = after.find(({ gate }) => gate === base.gate);
    const [old, young] = [names(base), now === undefined ? null : names(now)];
    return old === null || young === null ? null : lostTests(old, young);
  });
  const known = lost.filter((one) => one !== null);
  if (known.length === 0 || known.length < lost.length) return null;
  return { removed: known.flatMap(({ removed }) => removed), skipped: known.flatMap(({ skipped }) => skipped) };
}
