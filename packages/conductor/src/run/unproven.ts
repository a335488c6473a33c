/** Why gates, whatever they say, would prove nothing. Pure. */
import type { Gate, Receipt } from "../model/gate.ts";

/** What an agent can mend: there is no gate that counts. */
export function whatIsMissing(gates: readonly Gate[], requireTests: boolean): string | null {
  const cure = 'Add a "test" script to package.json, with tests';
  if (!gates.some(({ required }) => required))
    return `nothing here would prove the work: there is no gate yet, and it brings none. ${cure}`;
  if (requireTests && !gates.some(({ kind }) => kind === "test"))
    return `tests are required, and it brings no test gate. ${cure}`;
  return null;
}

/** A required gate that could not be run, nor on the base: no agent can install what is missing, and trying costs. */
export function whatDidNotRun(receipts: readonly Receipt[], baseline: readonly Receipt[]): string | null {
  const ranBefore = new Set(baseline.map(({ gate }) => gate));
  const stuck = receipts.filter(
    ({ required, result, gate }) => required && result === "not-run" && !ranBefore.has(gate),
  );
  if (stuck.length === 0) return null;
  return stuck.map(({ gate, reason }) => `${gate} was not run: ${reason ?? "nothing was measured"}`).join("; ");
}
