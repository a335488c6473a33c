import type { LoggedOp } from "@taskwerk/contract/log";
import type { Output } from "@taskwerk/terminal/output";
import { dim, type Part } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { dayText, relativeTime } from "@taskwerk/terminal/relative-time";
import { limitOf } from "../limit-of.ts";
import { taskId } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";

interface LogFlags {
  readonly by?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** `log [ID]`: what was changed, the newest first; of a task, of a session, by somebody. */
export const logVerb: Verb<LogFlags> = {
  build: (command) =>
    command
      .argument("[id]", "only what changed this task")
      .option("--since <time>", "only since then: 2h, 3d, 2027-03-01, today")
      .option("--by <who>", "only what this actor did (me: your own)")
      .option("--limit <n>", "operations; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [id], { by, since, limit, cursor }) {
    const [word] = wordsOf(id);
    const task = word === undefined ? undefined : await taskId(app, word);
    const { session } = app.globals;
    const input = {
      ...(task === undefined ? {} : { task }),
      ...(session === undefined ? {} : { session }),
      ...(by === undefined ? {} : { actor: by === "me" ? await app.actor() : by }),
      ...(since === undefined ? {} : { since }),
      ...limitOf(limit, cursor),
    };
    await app.perform("op.list", input, LOG);
  },
};

/** Letters of an operation's id that are enough to name it. */
const OP_LETTERS = 8;
/** An operation as a person reads and types it. */
export const opWord = (op: string): string => op.slice(-OP_LETTERS);

const LOG: View<readonly LoggedOp[]> = {
  fields: ["op", "at", "actor", "session", "command", "summary"],
  known: [
    "op",
    "seq",
    "at",
    "actor",
    "session",
    "command",
    "undo_of",
    "undone_by",
    "summary",
    "changes",
    "changes_total",
  ],
  ids: (ops) => ops.map(({ op }) => op),
  items: (ops) => ops.map((one) => ({ ...one, summary: one.summary.join("; ") })),
  screen(output, { data, page }) {
    if (data.length === 0) output.line("Nothing was changed.");
    else opTable(output, data);
    if (!output.isTTY || data.length === 0) return;
    output.line();
    if (page?.truncated) {
      output.line(`${page.returned} of ${page.total} operations. The rest: --limit 0, or --cursor ${page.cursor}`);
    }
    output.line(dim("One of them back:  taskwerk undo --op OP     All about it:  taskwerk log --json"));
  },
};

/** Operations as a table, one line each. */
export function opTable(output: Output, ops: readonly LoggedOp[]): void {
  output.table(
    [
      { title: "OP" },
      { title: "WHEN" },
      { title: "WHO", shrinks: true },
      { title: "SESSION", from: 100, shrinks: true },
      { title: "COMMAND", from: 90 },
      { title: "WHAT", shrinks: true, least: 24 },
    ],
    ops.map((one) => {
      const row: readonly string[] = [
        opWord(one.op),
        output.isTTY ? relativeTime(one.at, output.now()) : one.at,
        one.actor,
        one.session ?? "",
        one.command,
        whatOf(one, output),
      ];
      return one.undone_by === null ? row : row.map((cell): Part => dim(cell));
    }),
  );
}

function whatOf({ summary, undone_by }: LoggedOp, output: Output): string {
  const [said = ""] = summary;
  const first = output.isTTY ? momentsAsDays(said, output.now()) : said;
  const more = summary.length > 1 ? ` +${summary.length - 1}` : "";
  return `${undone_by === null ? "" : "(taken back) "}${first}${more}`;
}

/** Moments that a line of the log tells of, as days: `TASK-003 due_at - -> Fri 27 Nov`. */
const momentsAsDays = (line: string, now: Date): string =>
  /^\S+ (due_at|defer_until) /.test(line) ? line.replace(MOMENT, (moment) => dayText(moment, now)) : line;

const MOMENT = /(?<= )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?= |$)/g;
