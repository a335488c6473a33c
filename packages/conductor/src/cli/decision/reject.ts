import { WerkError } from "@taskwerk/contract/errors";
import { type Verb, wordOf } from "../verb.ts";
import { settle } from "./settle.ts";

/** `reject A2 --note WHY`: back to the agent, with the reason; the branch is kept. */
export const rejectVerb: Verb<{ readonly note?: string }> = {
  build: (command) => command.argument("<id>", "e.g. A2").option("--note <text>", "why; the agent reads it"),
  async run(app, [id], { note }) {
    if (note === undefined || note.trim() === "")
      throw new WerkError("USAGE", "a rejection needs a reason: the agent goes on with it", {
        field: "note",
        hint: `conductor reject ${wordOf(id)} --note "why"`,
      });
    await settle(app, wordOf(id), { kind: "reject", note });
    return undefined;
  },
};
