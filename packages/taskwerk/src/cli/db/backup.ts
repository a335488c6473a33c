import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordsOf } from "../verb.ts";
import type { MadeBackup } from "../world.ts";
import { sizeWord } from "./size-word.ts";

/** `db backup [FILE]`: a whole copy, also while others write. */
export const dbBackupVerb: Verb<unknown> = {
  build: (command) => command.argument("[file]", "where it goes (the store's backups)"),
  async run(app, [file]) {
    app.refuseWhenReadonly("this writes a file");
    app.checkFields(MADE);
    const [name] = wordsOf(file);
    const made = await (await app.world.files()).backUp(app.target, name === undefined ? null : app.path(name));
    app.show("db.backup", made, MADE);
  },
};

const MADE: View<MadeBackup> = {
  fields: ["file", "size"],
  known: ["file", "size"],
  items: (made) => [{ ...made, id: made.file }],
  screen: (output, { data }) => output.line(`Copied to ${data.file} (${sizeWord(data.size)}).`),
};
