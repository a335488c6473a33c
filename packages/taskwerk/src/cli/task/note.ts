import type { AddNote } from "@taskwerk/contract/add-note";
import type { Note } from "@taskwerk/contract/client";
import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { NOTE_TYPES, type NoteType } from "@taskwerk/contract/note";
import type { View } from "@taskwerk/terminal/print-success";
import { idFirst, isText } from "../id-first.ts";
import { type Verb, wordsOf } from "../verb.ts";

/** `note [ID] TEXT|-`: needs no claim. */
export const noteVerb: Verb<{ readonly type?: string }> = {
  build: (command) =>
    command
      .argument("[id]", "the task; else what the git branch names")
      .argument("[text]", "the note (- for stdin, @file for a file)")
      .option("--type <type>", `${NOTE_TYPES.slice(0, -1).join(", ")} or ${NOTE_TYPES.at(-1)}`),
  async run(app, words, { type }) {
    const given = words.flatMap((word) => wordsOf(word));
    const kind = type === undefined ? {} : { type: typeOf(type) };
    const { id, rest } = await idFirst(app, given, { usage: "note ID TEXT", what: "the text", isOwn: isText });
    const input: AddNote = {
      id,
      text: await app.text(rest[0]!),
      ...kind,
    };
    await app.perform("task.note", input, NOTED);
  },
};

function typeOf(word: string): NoteType {
  const found = NOTE_TYPES.find((type) => type === word);
  if (found) return found;
  const near = nearest(word, NOTE_TYPES);
  throw new WerkError("USAGE", `no type of note "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Use one of:  ${NOTE_TYPES.join(", ")}`,
    field: "type",
    given: word,
  });
}

const NOTED: View<Note> = {
  fields: ["task", "type", "text"],
  known: ["id", "task", "type", "text", "at", "by"],
  items: (note) => [{ ...note }],
  screen: (output, { data }) => output.line(data.task, "  noted  ", data.text.split("\n")[0] ?? ""),
};
