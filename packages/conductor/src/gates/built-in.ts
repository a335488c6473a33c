/** Gates that need no command: they look at the change itself. */
import type { Gate, GateKind, Receipt } from "../model/gate.ts";
import type { ChangedPath } from "../model/repository.ts";
import { makeReceipt, type ReceiptContext } from "./receipt.ts";
import { outOfScope, type Scope } from "./scope.ts";
import { findSecrets } from "./secrets.ts";

const builtIn = (kind: GateKind): Gate => ({
  id: kind,
  kind,
  run: "(built in)",
  when: [],
  phases: ["pre", "merged"],
  required: true,
  timeoutMs: 0,
  network: false,
  parse: "exit",
  minCoverage: null,
  minTests: 0,
  origin: "built in",
});

/** No path outside what a task may touch. */
export const SCOPE_GATE: Gate = builtIn("scope");
/** No credential in what is added. */
export const SECRETS_GATE: Gate = builtIn("secrets");

/** Judges the changed paths. */
export const runScopeGate = (
  changed: readonly ChangedPath[],
  scope: Scope,
  context: ReceiptContext,
): Promise<Receipt> =>
  record(
    SCOPE_GATE,
    outOfScope(changed, scope).map((one) => `${one.path}: ${one.reason}`),
    "path is out of scope",
    "paths are out of scope",
    context,
  );

/**
 * Judges the added lines of a unified diff. A diff that was cut at a limit is an error: what was not seen is not clean.
 * Neither log nor receipt repeats a secret.
 */
export async function runSecretsGate(
  diff: { readonly text: string; readonly complete: boolean },
  context: ReceiptContext,
): Promise<Receipt> {
  const findings = findSecrets(diff.text).map((one) => `${one.path}:${one.line}: ${one.kind}`);
  if (!diff.complete && findings.length === 0)
    return makeReceipt(
      SECRETS_GATE,
      {
        result: "error",
        reason: "the diff is too large to be searched for secrets",
        counts: null,
        coverage: null,
        failures: [],
        names: null,
      },
      { log: "", durationMs: 0 },
      context,
    );
  return record(SECRETS_GATE, findings, "possible secret was added", "possible secrets were added", context);
}

function record(
  gate: Gate,
  findings: readonly string[],
  one: string,
  many: string,
  context: ReceiptContext,
): Promise<Receipt> {
  const result = findings.length === 0 ? "pass" : "fail";
  const reason = findings.length === 0 ? null : `${findings.length} ${findings.length === 1 ? one : many}`;
  return makeReceipt(
    gate,
    { result, reason, counts: null, coverage: null, failures: findings, names: null },
    { log: findings.join("\n"), durationMs: 0 },
    context,
  );
}
