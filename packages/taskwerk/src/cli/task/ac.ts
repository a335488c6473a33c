import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { claimTokenOf } from "../claim-token.ts";
import { idFirst, isText } from "../id-first.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `ac add [ID] TEXT…`: what must be true at the end. */
export const acAddVerb: Verb<unknown> = {
  build: (command) =>
    command.argument("[id]", TASK).argument("[text...]", "a criterion each (- for stdin); without the id one"),
  async run(app, words) {
    const given = words.flatMap((word) => wordsOf(word));
    const { id, rest } = await idFirst(app, given, { usage: "ac add ID TEXT", what: "a text", isOwn: isText });
    const add: string[] = [];
    for (const text of rest) add.push(await app.text(text));
    await app.perform("task.criteria", { id, add }, CRITERIA);
  },
};

interface Flags {
  readonly evidence?: string;
  readonly claim?: string;
}

const TASK = "the task; else what the git branch names";

const numbered = (key: "check" | "uncheck" | "remove"): Verb<Flags> => ({
  build(command) {
    command.argument("[id]", TASK).argument("[n...]", "numbers, as show has them: 1 3, or 1,3; without the id 1,3");
    if (key === "remove") command.option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)");
    return key === "check" ? command.option("--evidence <text>", "what shows it (- for stdin, @file)") : command;
  },
  async run(app, words, { evidence, claim }) {
    const token = key === "remove" ? claimTokenOf(app, claim) : undefined;
    const given = words.flatMap((word) => wordsOf(word));
    const usage = `ac ${key === "remove" ? "rm" : key} ID N`;
    const { id, rest } = await idFirst(app, given, { usage, what: "a number", isOwn: areNumbers });
    const input = {
      id,
      [key]: numbersOf(rest),
      ...(token === undefined ? {} : { claim: token }),
      ...(evidence === undefined ? {} : { evidence: await app.text(evidence) }),
    };
    await app.perform("task.criteria", input, CRITERIA);
  },
});

/** `ac check [ID] N…`: it holds. */
export const acCheckVerb = numbered("check");
/** `ac uncheck [ID] N…`: it does not hold, and nothing shows that it does. */
export const acUncheckVerb = numbered("uncheck");
/** `ac rm [ID] N…`: it is no criterion; the others keep their numbers. */
export const acRmVerb = numbered("remove");

/** `1` or `1,3`: a criterion is meant, for an id never stands without one. */
const areNumbers = (word: string): boolean => word.split(",").every((one) => NUMBER.test(one.trim()));
const NUMBER = /^[1-9]\d{0,5}$/;

function numbersOf(words: readonly string[]): number[] {
  return words
    .flatMap((word) => word.split(","))
    .map((word) => {
      if (NUMBER.test(word.trim())) return Number(word);
      throw new WerkError("USAGE", `"${word}" is no number of a criterion.`, {
        hint: "Criteria are numbered from 1, as show has them.",
        field: "n",
        given: word,
      });
    });
}

const CRITERIA = writeView((task) => [task.id, "  ", checkedOf(task), "  ", task.title]);

function checkedOf({ acceptance }: Task): string {
  const checked = acceptance.filter((one) => one.checked).length;
  return acceptance.length === 0 ? "no criteria" : `${checked} of ${acceptance.length} criteria checked`;
}
