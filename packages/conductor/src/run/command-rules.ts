/** What policy says of the command lines that are about to be run: those of gates, and of the setup. Pure. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Verdict } from "../model/decision.ts";
import { decide, type PolicySettings } from "../policy/decide.ts";

/** One verdict over all of them: one that is denied denies, else all that ask are put into one question. */
export function commandsVerdict(commands: readonly string[], settings: PolicySettings): Verdict {
  const verdicts = [...new Set(commands)].map((command) => ({
    command,
    verdict: decide({ kind: "command", command }, settings),
  }));
  for (const { command, verdict } of verdicts)
    if (verdict.kind === "deny") return { ...verdict, reason: `${verdict.reason}: ${command}` };
  const asked = verdicts.flatMap(({ command, verdict }) => (verdict.kind === "ask" ? [{ ...verdict, command }] : []));
  if (asked.length === 0) return { kind: "allow", rule: "command" };
  return {
    kind: "ask",
    rule: [...new Set(asked.map(({ rule }) => rule))].join(", "),
    reason: [...new Set(asked.map(({ reason }) => reason))].join("; "),
    paths: [],
    evidence: asked.map(({ rule, command }) => `${rule}: ${command}`).sort(),
  };
}

/** Told of command lines before any of them is run. Throws where they may not be. */
export type MayRun = (commands: readonly string[]) => Promise<void>;

/** Throws POLICY_UNMET where one of them is denied: it is not run, whoever asks for it. People are asked elsewhere. */
export const refuseDenied =
  (settings: PolicySettings): MayRun =>
  async (commands) => {
    const verdict = commandsVerdict(commands, settings);
    if (verdict.kind === "deny") throw commandRefused(verdict);
  };

/** Says which rule a command line meets, and how to see that. */
export const commandRefused = ({ rule, reason }: { readonly rule: string; readonly reason: string }): WerkError =>
  new WerkError("POLICY_UNMET", `a command line is not allowed by ${rule}: ${reason}`, {
    hint: "Which rule says so, and why:  conductor policy show",
  });
