import { type Verb, wordOf } from "../verb.ts";
import { settle } from "./settle.ts";

/** `approve A2`: yes to exactly what was shown. */
export const approveVerb: Verb<{ readonly note?: string }> = {
  build: (command) => command.argument("<id>", "e.g. A2").option("--note <text>", "why"),
  async run(app, [id], { note = null }) {
    await settle(app, wordOf(id), { kind: "approve", note });
    return undefined;
  },
};
