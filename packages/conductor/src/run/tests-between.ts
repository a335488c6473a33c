/** What became of the tests of a base, by their names, as the receipts at both ends have them. */
import { testsLost } from "../gates/ratchet.ts";
import type { Receipt } from "../model/gate.ts";
import { namesOf } from "./judges.ts";

/** Names of tests that ran on the base, sorted. */
export interface TestsBetween {
  /** Not there any more. */
  readonly removed: readonly string[];
  /** There, and skipped now. */
  readonly skipped: readonly string[];
}

/** Null where it is not known of every gate that ran tests on the base: it names none, its list is gone, or it ran no more. */
export async function testsBetween(
  before: readonly Receipt[],
  after: readonly Receipt[],
): Promise<TestsBetween | null> {
  const ran = before.filter(({ kind }) => kind === "test");
  const names = await namesOf([...ran, ...after]);
  const lost = ran.map((base) => {
    const now = after.find(({ gate }) => gate === base.gate);
    const [old, young] = [names(base), now === undefined ? null : names(now)];
    return old === null || young === null ? null : testsLost(old, young);
  });
  const known = lost.filter((one) => one !== null);
  if (known.length === 0 || known.length < lost.length) return null;
  return { removed: known.flatMap(({ gone }) => gone), skipped: known.flatMap(({ asleep }) => asleep) };
}
