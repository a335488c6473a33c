import { spellingsWithValue } from "@taskwerk/terminal/command/globals";
import { commandOf } from "@taskwerk/terminal/command/parse";
import { describe, expect, it } from "vitest";
import { GLOBAL_OPTIONS } from "../globals.ts";
import { VERBS } from "../index.ts";
import { type } from "../typing.ts";
import { OTHER_WORDS } from "./other-words.ts";

const entryOf = (line: string) => {
  const [first = "", second = ""] = line.split(" ");
  const named = (name: string) => VERBS.find((verb) => verb.name === name || verb.aliases?.includes(name));
  return named(`${first} ${second}`) ?? named(first);
};
const flagsOf = async (line: string): Promise<readonly string[]> => {
  const entry = entryOf(line)!;
  const { options } = commandOf({ name: "taskwerk", options: GLOBAL_OPTIONS }, entry, await entry.load());
  return options.flatMap(({ long, short }) => [long, short].filter((one) => one !== undefined));
};

describe("what is proposed for the words of others", () => {
  const proposed = [...Object.values(OTHER_WORDS.verbs), ...Object.values(OTHER_WORDS.instead)];
  it.each([...new Set(proposed)].filter((line) => !/^(help|--version)\b/.test(line)))("%s", async (line) => {
    expect(entryOf(line)).toBeDefined();
    const known = await flagsOf(line);
    for (const flag of line.split(" ").filter((word) => word.startsWith("-"))) expect(known).toContain(flag);
  });

  it("is never for a word that is a command here", () => {
    expect(Object.keys(OTHER_WORDS.verbs).filter((word) => entryOf(word) !== undefined)).toEqual([]);
  });

  it("is never for a flag that the command has", async () => {
    for (const key of Object.keys(OTHER_WORDS.instead)) {
      const flag = key.slice(key.lastIndexOf(" ") + 1);
      expect(await flagsOf(key), key).not.toContain(flag);
      expect([...spellingsWithValue(GLOBAL_OPTIONS)]).not.toContain(flag);
    }
  });

  it("has flags that some command has", async () => {
    const all = new Set((await Promise.all(VERBS.map(({ name }) => flagsOf(name)))).flat());
    for (const flag of Object.values(OTHER_WORDS.flags).flat()) expect([...all]).toContain(flag);
  });
});

describe("who types it is told", () => {
  it.each([
    ["new x", 'unknown command "new".', "taskwerk add TITLE"],
    ["rm 1", 'unknown command "rm".', "taskwerk delete ID"],
    ["redo", 'unknown command "redo".', "taskwerk undo --op OP"],
    ["Take 1", 'unknown command "Take".', "taskwerk claim ID"],
    ["add x --depends-on 1", "unknown flag --depends-on. Did you mean --after?", "taskwerk help add"],
    ["add x --label=a", "unknown flag --label=a. Did you mean --tag?", "taskwerk help add"],
    ["claim 1 --owner me", "unknown flag --owner. Did you mean --as?", "taskwerk help claim"],
    ["done 1 -m x", "unknown flag -m. Did you mean --note?", "taskwerk help done"],
    ["dep add 1 --on 2", "unknown flag --on.", "taskwerk dep add ID ON"],
    ["dep 1 2", 'unknown command "dep 1".', "taskwerk dep add ID ON..."],
    ["list --due week", "unknown flag --due.", "taskwerk list due:..7d"],
    ["update 1 due=fri", "nothing to change was given.", "--due fri"],
    ["claim", "no id was given.", "taskwerk claim --next"],
    ["show", "no id was given.", "taskwerk list"],
    ["help comment", 'there is no help on "comment".', "taskwerk note ID TEXT"],
    ["constructor", 'unknown command "constructor".', "taskwerk help"],
  ])("%s", async (line, said, next) => {
    const { err, code, out, calls } = await type(line);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(said);
    expect(err).toContain(next);
    expect(calls).toEqual([]);
  });

  it("says nothing that has nothing to do with it", async () => {
    for (const line of ["edit 1", "take 1", "dep add 1 --on 2"])
      expect((await type(line)).err).not.toContain("Did you mean");
  });
});
