import type { Note } from "@taskwerk/contract/client";
import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { AddNote } from "@taskwerk/contract/task";
import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordOf } from "../verb.ts";

const TYPES = ["comment", "progress", "decision", "question", "answer"] as const;

/** `note ID TEXT|-`: needs no claim. */
export const noteVerb: Verb<{ readonly type?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "the task")
      .argument("<text>", "the note (- for stdin, @file for a file)")
      .option("--type <type>", "comment, progress, decision, question or answer"),
  async run(app, [id, text], { type }) {
    const input: AddNote = {
      id: wordOf(id),
      text: await app.text(wordOf(text)),
      ...(type === undefined ? {} : { type: typeOf(type) }),
    };
    await app.perform("task.note", input, NOTED);
  },
};

function typeOf(word: string): (typeof TYPES)[number] {
  const found = TYPES.find((type) => type === word);
  if (found) return found;
  const near = nearest(word, TYPES);
  throw new WerkError("USAGE", `no type of note "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Use one of:  ${TYPES.join(", ")}`,
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
