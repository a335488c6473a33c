import { WerkError } from "@taskwerk/contract/errors";
import type { Verdict } from "../model/decision.ts";
import { commandRefused } from "../run/command-rules.ts";
import type { App } from "./app.ts";
import { mayAsk, saysYes } from "./may-talk.ts";

/** Asks the person who is there about command lines before any of them is run. Throws POLICY_UNMET, CONFIRMATION_REQUIRED. */
export async function askForCommands(app: App, verdict: Verdict): Promise<void> {
  if (verdict.kind === "deny") throw commandRefused(verdict);
  if (verdict.kind === "allow" || app.globals.yes) return;
  for (const line of verdict.evidence) app.note(line);
  if (!mayAsk(app) || !(await saysYes(app, `${verdict.reason}. Run that?`)))
    throw new WerkError("CONFIRMATION_REQUIRED", `command lines were not agreed to: ${verdict.evidence.join("; ")}`, {
      hint: "Without the question:  --yes",
    });
}
