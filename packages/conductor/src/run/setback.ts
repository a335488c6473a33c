/** Why an agent gets its task back. */
import { failureSignature, type Receipt } from "../model/gate.ts";

export interface Setback {
  /** In one line. */
  readonly summary: string;
  /** The gates that did not pass. */
  readonly receipts: readonly Receipt[];
  /** The same for the same failure; empty when it says nothing about failures. */
  readonly signature: string;
  /** What else helps: what landed meanwhile, its own earlier work. */
  readonly hints?: readonly string[];
}

/** What no gate said. */
export const setbackFor = (summary: string, signature = ""): Setback => ({ summary, receipts: [], signature });

/** Required gates that did not pass. */
export const setbackOf = (red: readonly Receipt[]): Setback => ({
  summary: red.map((receipt) => `${receipt.gate}: ${receipt.reason ?? receipt.result}`).join("; "),
  receipts: red,
  signature: failureSignature(red),
});

/** Those of the receipts that keep work from going on. */
export const redOnes = (receipts: readonly Receipt[]): readonly Receipt[] =>
  receipts.filter(({ required, result }) => required && result !== "pass");

/** Which of them they are, and why, for an error in one line. */
export const redInWords = (red: readonly Receipt[]): string =>
  red.map(({ gate, reason }) => (reason === null ? gate : `${gate} (${reason})`)).join(", ");
