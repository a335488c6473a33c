import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { COUNTABLE, type Spread, type TaskStats } from "@taskwerk/contract/search";
import type { Output } from "@taskwerk/terminal/output";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { calendarDate, minutesText } from "@taskwerk/terminal/relative-time";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { type Verb, wordsOf } from "../verb.ts";

/** `stats [QUERY] [--by FIELD]`: how many, how many a week, and how long they take. */
export const statsVerb: Verb<{ readonly by?: string }> = {
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    command
      .argument("[query...]", "only these: tag:api created:30d..")
      .option("--by <field>", `what to count by: ${COUNTABLE.join(", ")}`),
  async run(app, [words], { by }) {
    const query = queryOf(wordsOf(words));
    const input = { ...(by === undefined ? {} : { by: countable(by) }), ...(query === undefined ? {} : { query }) };
    await app.perform("task.stats", input, STATS);
  },
};

function countable(word: string) {
  const found = COUNTABLE.find((one) => one === word || `${one}s` === word);
  if (found) return found;
  const near = nearest(word, COUNTABLE);
  throw new WerkError("USAGE", `nothing is counted by "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Fields:  ${COUNTABLE.join(", ")}`,
    field: "by",
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

const STATS: View<TaskStats> = {
  fields: ["value", "total", "open", "done"],
  known: ["value", "total", "open", "done"],
  items: ({ groups }) => groups.map((group) => ({ ...group })),
  ids: ({ groups }) => groups.map(({ value }) => value ?? ""),
  screen(output, { data }) {
    if (data.total === 0) {
      output.line("No task to count.");
      return;
    }
    output.table(
      [
        { title: data.by.toUpperCase(), shrinks: true },
        { title: "TASKS", side: "right" },
        { title: "OPEN", side: "right" },
        { title: "DONE", side: "right" },
      ],
      data.groups.map(({ value, total, open, done }) => [
        value ?? dim("none"),
        String(total),
        String(open),
        String(done),
      ]),
    );
    output.line();
    output.line(`${data.total} ${data.total === 1 ? "task" : "tasks"}: ${data.open} open, ${data.done} done.`);
    if (data.done === 0) return;
    weeks(output, data);
    took(output, "From made to done", data.lead);
    took(output, "In progress", data.active);
  },
};

/** A bar a week; the longest is the best week. */
function weeks(output: Output, { throughput }: TaskStats): void {
  const most = Math.max(...throughput.map(({ done }) => done));
  if (most === 0) return;
  output.line();
  output.line(dim("Done per week"));
  for (const { from, done } of throughput) {
    const bar = "#".repeat(Math.round((done / most) * 30));
    output.line(
      dim(calendarDate(new Date(from), output.now()).padStart(11)),
      `  ${bar}${bar === "" ? "" : " "}${done}`,
    );
  }
}

function took(output: Output, what: string, spread: Spread | null): void {
  if (!spread) return;
  const { median_minutes, p90_minutes } = spread;
  output.line(`${what}: half within ${minutesText(median_minutes)}, nine of ten within ${minutesText(p90_minutes)}.`);
}
