import { WerkError } from "@taskwerk/contract/errors";
import { isKeptId } from "../../journal/overturn-decision.ts";
import type { App } from "../app.ts";
import { type Verb, wordOf } from "../verb.ts";
import { overturnAt } from "./overturn-at.ts";
import { settle } from "./settle.ts";

/** `answer Q4 TEXT|-|--option N`; `answer D2 TEXT` says otherwise than what was decided. */
export const answerVerb: Verb<{ readonly option?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "a question, e.g. Q4, or what was decided, e.g. D2")
      .argument("[text]", "the answer, the number of an option, or - for stdin")
      .option("--option <n>", "the option of that number"),
  async run(app, [named, given], { option }) {
    const id = wordOf(named).toUpperCase();
    if (option !== undefined && wordOf(given) !== "")
      throw new WerkError("USAGE", "an answer is a text or the number of an option, not both", {
        field: "option",
        hint: `conductor answer ${id} --option ${option}`,
      });
    if (option !== undefined) {
      await (isKeptId(id) ? overturnAt(app, id, option) : settle(app, id, { kind: "option", number: option.trim() }));
      return undefined;
    }
    const text = await textOf(app, id, wordOf(given));
    await (isKeptId(id) ? overturnAt(app, id, text) : settle(app, id, { kind: "answer", text }));
    return undefined;
  },
};

async function textOf(app: App, id: string, given: string): Promise<string> {
  const text = given === "-" ? await app.world.readStdin() : given;
  if (text.trim() !== "") return text;
  throw new WerkError(
    "USAGE",
    given === "-" ? "nothing came on stdin" : `the answer is missing: conductor answer ${id} TEXT`,
    {
      field: "text",
      hint: `What is asked:  conductor ${isKeptId(id) ? "report assumptions" : `inbox ${id}`}`,
    },
  );
}
