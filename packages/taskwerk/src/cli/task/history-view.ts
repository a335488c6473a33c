import type { HistoryEntry } from "@taskwerk/contract/log";
import { dim, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { valueWord } from "../../core/log-values.ts";
import { opWord } from "../op/log.ts";

/** Every field that ever changed, the newest first: what it was, what it became, and by which operation. */
export const historyView: View<readonly HistoryEntry[]> = {
  fields: ["at", "actor", "field", "before", "after", "op"],
  known: ["op", "at", "actor", "session", "command", "undone", "field", "before", "after"],
  ids: (entries) => [...new Set(entries.map(({ op }) => op))],
  items: (entries) => entries.map((entry) => ({ ...entry })),
  screen(output, { data }) {
    output.table(
      [
        { title: "OP" },
        { title: "WHEN" },
        { title: "WHO", shrinks: true },
        { title: "FIELD" },
        { title: "BEFORE -> AFTER", shrinks: true, least: 20 },
      ],
      data.map((one) => {
        const row: readonly string[] = [
          opWord(one.op),
          output.isTTY ? relativeTime(one.at, output.now()) : one.at,
          one.actor,
          one.field,
          `${one.undone ? "(taken back) " : ""}${wordsOf(one)}`,
        ];
        return one.undone ? row.map((cell): Part => dim(cell)) : row;
      }),
    );
  },
};

function wordsOf({ field, before, after }: HistoryEntry): string {
  if (field === "created") return valueWord(after);
  if (field === "deleted") return after === true ? "deleted" : "restored";
  return `${valueWord(before)} -> ${valueWord(after)}`;
}
