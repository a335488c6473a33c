import { checkValue } from "@taskwerk/config/check-value";
import { typedValue } from "@taskwerk/config/value-text";
import type { Declaring } from "@taskwerk/terminal/command/declare";
import { userConfigFile } from "../config-files.ts";
import { notHere } from "../read-config.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownKey } from "./known-key.ts";
import { writeKey } from "./write-key.ts";

interface SetFlags {
  readonly user?: boolean;
}

const addUserFlag = (command: Declaring): Declaring =>
  command.option("--user", "in your own file, for all stores, instead of this store's");

/** `config set KEY VALUE`: in this store's file; its comments and its order stay. */
export const configSetVerb: Verb<SetFlags> = {
  build: (command) => addUserFlag(command.argument("<key>", "e.g. claim.lease").argument("<value>", "e.g. 30m")),
  async run(app, [word, given], { user = false }) {
    const { key, spec } = knownKey(wordOf(word));
    if (spec.userOnly && !user) throw notHere(key, "a store's", userConfigFile(app.world.env));
    const place = "the command line";
    const value = checkValue(key, spec, await typedValue(spec, wordOf(given), place), place);
    await writeKey(app, key, value, user);
    return undefined;
  },
};

/** `config unset KEY`: out of this store's file. */
export const configUnsetVerb: Verb<SetFlags> = {
  build: (command) => addUserFlag(command.argument("<key>", "e.g. claim.lease")),
  async run(app, [word], { user = false }) {
    await writeKey(app, knownKey(wordOf(word)).key, null, user);
    return undefined;
  },
};
