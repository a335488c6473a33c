import type { StoreStatus } from "@taskwerk/contract/client";
import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/task";
import { wantsScreen } from "@taskwerk/terminal/output";
import { dim } from "@taskwerk/terminal/part";
import type { App } from "../app.ts";
import { queryTerms, statusTerm } from "../query-terms.ts";
import { collectList, type Verb, wordsOf } from "../verb.ts";
import { type Footer, listView } from "./list-view.ts";
import { priorityOf } from "./words.ts";

interface ListFlags {
  readonly status?: readonly string[];
  readonly tag?: readonly string[];
  readonly assignee?: string;
  readonly parent?: string;
  readonly priority?: readonly string[];
  readonly key?: string;
  readonly all?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
}

/** `list`: open tasks, most urgent first; `--all` every status, `--limit 0` every row. */
export const listVerb: Verb<ListFlags> = {
  build: (command) =>
    command
      .argument("[query...]", "terms: status:todo,review tag:api priority:high parent:TASK-1 is:ready")
      .option("-s, --status <status>", "only these (repeat it, or a comma list), or ready", collectList)
      .option("-t, --tag <tag>", "only with all of these tags", collectList)
      .option("-a, --assignee <who>", "only theirs (me: your own)")
      .option("-p, --priority <priority>", "only these", collectList)
      .option("--parent <id>", "only children of this task")
      .option("--key <prefix>", "only keys that begin so")
      .option("--all", "closed ones too")
      .option("--limit <n>", "rows; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [query], flags) {
    const input = narrowed(fromFlags(app, flags), queryTerms(wordsOf(query)));
    const isNarrow = Object.keys(input).some((key) => !["limit", "cursor", "all"].includes(key));
    const counts = isNarrow || !wantsScreen(app.output) ? null : (await app.call("store.status", {})).data;
    const nothing = isNarrow || (counts !== null && hasTasks(counts));
    await app.perform(
      "task.list",
      mine(app, input),
      listView(input.ready ? NOTHING_READY : nothing ? NO_MATCH : NO_TASKS, footerOf(counts, flags, app.output.width)),
    );
  },
};

/** `ready`: what can be worked on now. */
export const readyVerb: Verb<Pick<ListFlags, "tag" | "limit" | "cursor">> = {
  build: (command) =>
    command
      .argument("[query...]", "terms: tag:api")
      .option("-t, --tag <tag>", "only with all of these tags", collectList)
      .option("--limit <n>", "rows; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [query], flags) {
    const terms = queryTerms(wordsOf(query));
    const other = Object.keys(terms).find((key) => key !== "tag" && key !== "ready");
    if (other) {
      throw new WerkError("INVALID_QUERY", `ready takes only tag: terms, not ${other}:`, {
        hint: "With others:  taskwerk list is:ready ...",
      });
    }
    const { ready: _, ...query2 } = terms;
    await app.perform(
      "task.ready",
      narrowed(fromFlags(app, flags), query2),
      listView(NOTHING_READY, ({ page }) => (page?.truncated ? cutLine(page.returned, page.total, "ready") : [])),
    );
  },
};

const NOTHING_READY = ["Nothing is ready."];
const NO_TASKS = ["No tasks yet.   ", dim('taskwerk add "What is to be done"')];
const NO_MATCH = ["No open task matches.   ", dim("Closed ones too: --all")];

function fromFlags(app: App, flags: ListFlags): ListTasks {
  const { status, tag, assignee, parent, priority, key, all, limit, cursor } = flags;
  const { session } = app.globals;
  return {
    ...(status ? statusTerm(status) : {}),
    ...(tag ? { tag: [...tag] } : {}),
    ...(assignee === undefined ? {} : { assignee }),
    ...(parent === undefined ? {} : { parent }),
    ...(priority ? { priority: priority.map(priorityOf) } : {}),
    ...(key === undefined ? {} : { key_prefix: key }),
    ...(all ? { all } : {}),
    ...(limit === undefined ? {} : { limit: rowsOf(limit) }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Flags and terms together: all tags must hold, anything else is said once. Throws USAGE. */
function narrowed(flags: ListTasks, terms: ListTasks): ListTasks {
  const twice = Object.keys(terms).find((key) => key !== "tag" && key !== "ready" && Object.hasOwn(flags, key));
  if (twice !== undefined) {
    const field = twice === "key_prefix" ? "key" : twice;
    throw new WerkError("USAGE", `--${field} and ${field}: say the same thing twice.`, {
      hint: "Leave one of them out. A term takes several values:  status:todo,review",
      field,
    });
  }
  const tags = [...(flags.tag ?? []), ...(terms.tag ?? [])];
  return { ...flags, ...terms, ...(tags.length > 0 ? { tag: tags } : {}) };
}

/** `me` is whoever types. */
const mine = (app: App, input: ListTasks): ListTasks =>
  input.assignee === "me" ? { ...input, assignee: app.actor } : input;

function rowsOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `--limit: "${text}" is not a number of rows.`, { field: "limit", given: text });
}

const countOf = (counts: StoreStatus, ...statuses: readonly string[]): number =>
  statuses.reduce((sum, status) => sum + (counts.tasks[status] ?? 0), 0);
const OPEN = ["todo", "in-progress", "review", "blocked", "paused"];
const hasTasks = (counts: StoreStatus): boolean => countOf(counts, ...OPEN, "done", "cancelled") > 0;

function footerOf(counts: StoreStatus | null, flags: ListFlags, width: number): Footer {
  return ({ page, data }) => {
    const lines = page?.truncated ? [...cutLine(page.returned, page.total, flags.all ? "" : "open")] : [];
    if (!counts) {
      if (lines.length === 0) lines.push([], [`${data.length} ${data.length === 1 ? "task" : "tasks"}.`]);
      return lines;
    }
    const parts = [
      [counts.ready, "ready"],
      [countOf(counts, "in-progress"), "in progress"],
      [countOf(counts, "review"), "in review"],
      [countOf(counts, "blocked"), "blocked"],
      [countOf(counts, "paused"), "paused"],
    ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
    const closed = [
      [countOf(counts, "done"), "done"],
      [countOf(counts, "cancelled"), "cancelled"],
    ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
    const hidden =
      closed.length === 0 ? "" : flags.all ? ` ${closed.join(", ")}.` : ` ${closed.join(", ")} hidden (--all).`;
    const open = `${countOf(counts, ...OPEN)} open${parts.length === 0 ? "" : `: ${parts.join(", ")}`}.`;
    const said = `${open}${hidden}`.length <= width ? [[`${open}${hidden}`]] : [[open], [hidden.trim()]];
    return lines.length > 0 ? [...lines, ...said] : [[], ...said];
  };
}

const cutLine = (returned: number, total: number, what: string): (readonly string[])[] => [
  [],
  [
    `${returned} of ${total} ${what}${what === "" ? "" : " "}tasks. The rest: --limit 0, or narrow it: taskwerk list tag:api`,
  ],
];
