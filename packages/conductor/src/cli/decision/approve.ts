import { WerkError } from "@taskwerk/contract/errors";
import type { Remembered } from "../../model/decision.ts";
import { rememberable } from "../../model/remembered.ts";
import type { RunState } from "../../model/state.ts";
import type { App } from "../app.ts";
import { type Verb, wordOf } from "../verb.ts";
import { settle } from "./settle.ts";

/** `approve A2`: yes to exactly what was shown; `--remember run`: and to the same kind of change in the same directories. */
export const approveVerb: Verb<{ readonly note?: string; readonly remember?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "e.g. A2")
      .option("--note <text>", "why")
      .option(
        "--remember <scope>",
        "run: also for the same kind of change in the same directory and below, as long as this run lasts",
      ),
  async run(app, [id], { note = null, remember }) {
    const word = wordOf(id).toUpperCase();
    const scopes = remember === undefined ? [] : await scopesOf(app, word, remember);
    await settle(app, word, { kind: "approve", note, remember: scopes });
    return undefined;
  },
};

async function scopesOf(app: App, id: string, given: string): Promise<readonly Remembered[]> {
  if (given !== "run")
    throw new WerkError("USAGE", `a yes cannot be remembered for "${given}"`, {
      hint: `For the rest of this run:  conductor approve ${id} --remember run\nFor good, a rule of your own:  conductor policy show`,
      field: "remember",
      given,
      candidates: ["run"],
    });
  const evidence = evidenceOf(await (await app.journal()).state(), id);
  if (evidence === null) return [];
  const scopes = rememberable(evidence);
  if (scopes.length > 0) return scopes;
  throw new WerkError("VALIDATION_FAILED", `${id} is about nothing that can be remembered.`, {
    hint: `Only protected classes of paths can; new packages, gates and tests are about one change.\nThis one:  conductor approve ${id}`,
    field: "remember",
  });
}

/** What an open approval shows; an unknown or closed one is told so by whoever settles it. */
const evidenceOf = ({ decisions }: RunState, id: string): readonly string[] | null => {
  const decision = decisions.get(id);
  return decision?.state === "open" && decision.kind === "approval" ? decision.evidence : null;
};
