import { WerkError } from "@taskwerk/contract/errors";
import { type Verb, wordOf } from "../verb.ts";
import { settle } from "./settle.ts";

/** `answer Q4 TEXT|-|--option N`. */
export const answerVerb: Verb<{ readonly option?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "e.g. Q4")
      .argument("[text]", "the answer, the number of an option, or - for stdin")
      .option("--option <n>", "the option of that number"),
  async run(app, [id, given], { option }) {
    const text = option ?? (wordOf(given) === "-" ? await app.world.readStdin() : wordOf(given));
    if (text === "")
      throw new WerkError("USAGE", `the answer is missing: conductor answer ${wordOf(id)} TEXT`, {
        field: "text",
        hint: `What is asked:  conductor inbox ${wordOf(id)}`,
      });
    await settle(app, wordOf(id), { kind: "answer", text });
    return undefined;
  },
};
