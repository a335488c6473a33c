import { WerkError } from "@taskwerk/contract/errors";
import { NOTE_TYPES } from "@taskwerk/contract/note";
import { checkNoteText } from "../../core/proof.ts";
import { findTask } from "../../store/find-task.ts";
import { addNote } from "../../store/notes.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";

/** Adds a note. Anybody may, also while somebody else has claimed the task. */
export const noteTask: OperationOf<"task.note"> = {
  input: () => import("@taskwerk/contract/add-note").then((m) => m.AddNote),
  run: (context, input) =>
    change(context, "task.note", input, async (op) => {
      const { id, text, type = "comment" } = input;
      if (!NOTE_TYPES.includes(type)) {
        throw new WerkError("VALIDATION_FAILED", `there is no kind of note "${type}".`, {
          hint: `Use one of:  ${NOTE_TYPES.join(", ")}`,
          field: "type",
          given: type,
        });
      }
      if (text.trim() === "")
        throw new WerkError("VALIDATION_FAILED", "the note is empty.", {
          hint: "Type:  taskwerk note ID TEXT",
          field: "text",
        });
      checkNoteText("text", text);
      return { data: await addNote(op, await findTask(op.tx, op.prefix, id), type, text) };
    }),
};
