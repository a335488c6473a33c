/** The gates of one phase, one at a time. */
import type { Gate, Receipt } from "../model/gate.ts";
import { matchesAny } from "../model/glob.ts";
import { type GateSurroundings, type Measurement, measure } from "./measure.ts";
import { isReusable } from "./receipt.ts";
import { type GateRun, receiptOf, wantsOf } from "./run-gate.ts";

/** True when a gate belongs to the phase and one of the changed files concerns it. */
export const applies = (gate: Gate, phase: Receipt["phase"], changed: readonly string[]): boolean =>
  (phase === "baseline" || gate.phases.includes(phase)) &&
  (gate.when.length === 0 || phase === "baseline" || changed.some((path) => matchesAny(gate.when, path)));

/** The receipts that say it all already, one for each gate that applies; null when at least one has to be run. */
export function allKnown(
  gates: readonly Gate[],
  run: Pick<GateRun, "phase" | "tree" | "gateFiles"> & {
    readonly changed: readonly string[];
    readonly known: readonly Receipt[];
  },
): readonly Receipt[] | null {
  const receipts = gates
    .filter((gate) => applies(gate, run.phase, run.changed))
    .map((gate) => run.known.find((receipt) => isReusable(receipt, gate, run)));
  return receipts.every((receipt) => receipt !== undefined) ? receipts : null;
}

/**
 * Runs the gates that apply, in order, and returns their receipts. Gates with the same command share one run of it.
 * Passing receipts in `known` for the same tree and configuration are returned instead of running again. `onReceipt` hears
 * of each as it is made.
 */
export async function runGates(
  gates: readonly Gate[],
  run: GateRun & {
    readonly changed: readonly string[];
    readonly known?: readonly Receipt[];
    /** A fresh checkout of the same tree, for tests that failed: they get one more run. */
    readonly again?: () => Promise<GateSurroundings>;
    readonly onReceipt?: (receipt: Receipt) => void | Promise<void>;
  },
): Promise<readonly Receipt[]> {
  const todo = gates.filter((gate) => applies(gate, run.phase, run.changed));
  const measured = new Map<string, Measurement>();
  const receipts: Receipt[] = [];
  for (const gate of todo) {
    if (run.signal?.aborted === true) break;
    const old = run.known?.find((receipt) => isReusable(receipt, gate, run));
    const receipt = old ?? (await judged(gate, todo, measured, run));
    receipts.push(receipt);
    if (old === undefined) await run.onReceipt?.(receipt);
  }
  return receipts;
}

/** One gate's receipt. A test that failed and passes in another run of the same tree is flaky: the pass counts, and says so. */
async function judged(
  gate: Gate,
  all: readonly Gate[],
  measured: Map<string, Measurement>,
  run: GateRun & { readonly again?: () => Promise<GateSurroundings> },
): Promise<Receipt> {
  const first = await receiptOf(gate, await sharedRun(gate, all, measured, run), run);
  const failed = first.result === "fail" && gate.kind === "test" && (first.counts?.failed ?? 0) > 0;
  if (!failed || run.again === undefined || run.signal?.aborted === true) return first;
  const elsewhere = { ...run, ...(await run.again()) };
  const fresh = new Map<string, Measurement>();
  const second = await receiptOf(gate, await sharedRun(gate, all, fresh, elsewhere), elsewhere);
  if (second.result !== "pass") return first;
  for (const [key, measurement] of fresh) measured.set(key, measurement);
  const known = new Set(gate.redBefore ?? []);
  return { ...second, flaky: first.failures.filter((name) => !known.has(name)) };
}

async function sharedRun(
  gate: Gate,
  all: readonly Gate[],
  measured: Map<string, Measurement>,
  run: GateRun,
): Promise<Measurement> {
  const key = commandOf(gate);
  const before = measured.get(key);
  if (before !== undefined) return before;
  const same = all.filter((other) => commandOf(other) === key);
  const result = await measure(
    {
      run: gate.run,
      network: gate.network,
      timeoutMs: Math.max(...same.map((other) => other.timeoutMs)),
      ask: gate.ask ?? null,
      askWith: gate.askWith,
      wants: [...new Map(same.flatMap(wantsOf).map((want) => [JSON.stringify(want), want])).values()],
    },
    run,
  );
  measured.set(key, result);
  return result;
}

/** What is run, as one comparable text: gates that have it in common share one run. */
const commandOf = ({ run, askWith, network }: Gate): string => JSON.stringify([run, askWith, network]);
