/** One gate on one tree: measured, judged, recorded. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import type { Gate, Receipt } from "../model/gate.ts";
import type { ChangedLines } from "./changed-coverage.ts";
import { judge } from "./judge.ts";
import { type GateSurroundings, type Measurement, type Wanted, WRITTEN } from "./measure.ts";
import { makeReceipt, type ReceiptContext } from "./receipt.ts";

/** All that running gates needs. */
export interface GateRun extends GateSurroundings, Omit<ReceiptContext, "sandbox"> {
  /** Numbers of the lines that the change adds, by path. */
  readonly changedLines?: ChangedLines["lines"];
}

/** Which reports a gate's command is asked for. */
export function wantsOf({ parse, report }: Gate): readonly Wanted[] {
  if (report !== undefined) return [{ parse, path: report }];
  return (WRITTEN as readonly string[]).includes(parse) ? [{ parse, path: null }] : [];
}

/** The receipt of a gate from a measurement that it may share with another gate. */
export function receiptOf(gate: Gate, measured: Measurement, run: GateRun): Promise<Receipt> {
  const lines = run.changedLines === undefined ? null : { lines: run.changedLines, checkout: run.checkout };
  const judgement = judge(gate, measured, (file) => declaresTests(run.checkout, file), lines);
  return makeReceipt(gate, judgement, measured, { ...run, sandbox: run.confinement.level });
}

/** True when a file of the checkout imports node:test. Read after the run, so a file can hide it by rewriting itself. */
function declaresTests(checkout: string, file: string): boolean {
  try {
    const path = realpathSync(file);
    if (!path.startsWith(realpathSync(checkout) + sep)) return false;
    return /["']node:test["']/.test(startOf(path));
  } catch {
    // A test file that is gone after the run has no innocent reason either.
    return true;
  }
}

/** The first million bytes. Throws for what is no ordinary file, and waits for no other end of a pipe. */
function startOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(file).isFile()) throw new Error(`${path} is no file`);
    const bytes = Buffer.alloc(1_000_000);
    return bytes.toString("utf8", 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
