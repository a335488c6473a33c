/** Makes receipts: the record that a gate judged a tree, with its log kept and digested. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxLevel } from "../model/command.ts";
import type { Gate, GateFilePair, Receipt } from "../model/gate.ts";
import { redact } from "../model/redact.ts";
import type { Judgement } from "./judge.ts";
import { keepNames } from "./names-of-tests.ts";

/** What every receipt of one round of gates has in common. */
export interface ReceiptContext {
  readonly tree: string;
  readonly phase: Receipt["phase"];
  readonly sandbox: SandboxLevel;
  /** From `gateFileDigests` of the base that the gates were taken from. */
  readonly gateFiles: Readonly<Record<string, string>>;
  /** Those of them that the tree itself changes, after somebody agreed. */
  readonly gateFilesChanged?: readonly GateFilePair[];
  /** Where logs are kept; made when missing. */
  readonly logs: string;
  /** Values that must appear in no log and no excerpt. */
  readonly secrets: readonly string[];
  readonly newId: () => string;
  readonly now: () => Date;
}

const EXCERPT_CHARS = 4_000;
const MAX_FAILURES = 200;

/** Hash over a gate and the gate files it was taken with; equal exactly when a receipt may be reused. */
export function configHash(gate: Gate, gateFiles: Readonly<Record<string, string>>): string {
  const sorted = Object.fromEntries(Object.entries(gate).sort(([a], [b]) => (a < b ? -1 : 1)));
  const files = Object.entries(gateFiles).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([sorted, files]));
}

/** Writes the log (redacted, mode 0600) and returns the receipt about it. */
export async function makeReceipt(
  gate: Gate,
  judgement: Judgement,
  run: { readonly log: string; readonly durationMs: number },
  context: ReceiptContext,
): Promise<Receipt> {
  const id = context.newId();
  const log = redact(run.log, context.secrets);
  const logPath = join(context.logs, `${id.replace(/[^\w.-]/g, "_")}.log`);
  await mkdir(context.logs, { recursive: true, mode: 0o700 });
  await writeFile(logPath, log, { mode: 0o600 });
  const clean = (text: string): string => redact(text, context.secrets);
  const names = judgement.names;
  const tests =
    names === null
      ? null
      : await keepNames(logPath.replace(/\.log$/, ".tests.json.gz"), {
          passed: names.passed.map(clean),
          failed: names.failed.map(clean),
          skipped: names.skipped.map(clean),
        });
  return {
    id,
    tree: context.tree,
    gate: gate.id,
    kind: gate.kind,
    phase: context.phase,
    required: gate.required,
    command: gate.run,
    configHash: configHash(gate, context.gateFiles),
    result: judgement.result,
    reason: judgement.reason === null ? null : clean(judgement.reason),
    counts: judgement.counts,
    coverage: judgement.coverage,
    ...(judgement.changedLines == null ? {} : { changedLines: judgement.changedLines }),
    ...(judgement.findings === null ? {} : { findings: judgement.findings }),
    failures: [...new Set(judgement.failures.map(clean))].sort().slice(0, MAX_FAILURES),
    ...(tests === null ? {} : { tests }),
    ...(context.gateFilesChanged === undefined || context.gateFilesChanged.length === 0
      ? {}
      : { gateFilesChanged: context.gateFilesChanged }),
    excerpt: log.trimEnd().slice(-EXCERPT_CHARS),
    logPath,
    logSha256: sha256(log),
    sandbox: context.sandbox,
    at: context.now().toISOString(),
    durationMs: Math.round(run.durationMs),
  };
}

/**
 * True when a receipt says of this tree and this configuration that it passes. A red one is tried again: what it failed for
 * may have been the machine, of which no tree and no configuration tells.
 */
export const isReusable = (
  receipt: Receipt,
  gate: Gate,
  context: Pick<ReceiptContext, "tree" | "gateFiles">,
): boolean =>
  receipt.gate === gate.id &&
  receipt.tree === context.tree &&
  receipt.configHash === configHash(gate, context.gateFiles) &&
  receipt.result === "pass";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
