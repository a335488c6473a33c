import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { UpdateTask } from "@taskwerk/contract/update-task";
import type { App } from "../app.ts";
import { claimTokenOf } from "../claim-token.ts";
import { confirm } from "../confirm.ts";
import { taskIds, taskIdsOrBranch } from "../task-ids.ts";
import { collectList, type Verb, wordsOf } from "../verb.ts";
import { addFieldFlags, type FieldFlags, fieldsFrom } from "./field-flags.ts";
import { updateView } from "./update-view.ts";

interface UpdateFlags extends FieldFlags {
  readonly tasks?: readonly string[];
  readonly title?: string;
  readonly tag?: readonly string[];
  readonly after?: readonly string[];
  readonly unset?: readonly string[];
  readonly ifRev?: string;
  readonly claim?: string;
  readonly force?: boolean;
  readonly where?: string;
  readonly expect?: string;
  readonly dryRun?: boolean;
}

const UNSET = "description, assignee, category, type, due, defer, estimate, files, capability";

/** `update ID...`, `update --tasks A,B` or `update --where QUERY`: fields of one or many tasks, all or none. */
export const updateVerb: Verb<UpdateFlags> = {
  build: (command) =>
    addFieldFlags(
      command
        .argument("[ids...]", "12, TASK-012, 3..7, 1,2,3, @last, - for stdin; else what the git branch names")
        .option("--tasks <ids>", "the same, as a flag", collectList)
        .option("--where <query>", "all that a list of this query shows")
        .option("--expect <n>", "only if it is that many")
        .option("--dry-run", "say what would change, change nothing")
        .option("--title <title>", "a new title"),
      "anything else (repeatable); the others stay, key= takes one away",
    )
      .option("-t, --tag <tags>", "+new,-old", collectList)
      .option("--after <ids>", "+waits-for,-no-longer", collectList)
      .option("--unset <field>", `empty it: ${UNSET}`, collectList)
      .option("--if-rev <n>", "only if nobody changed it since this rev")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)")
      .option("--force", "with --status: end somebody else's claim"),
  async run(app, [words], flags) {
    const { where, dryRun = false } = flags;
    const named = [...wordsOf(words), ...(flags.tasks ?? [])];
    if (where !== undefined && named.length > 0) {
      throw new WerkError("USAGE", "--where and ids: one of them says which tasks.", {
        hint: "Ids stand in a query, too:  --where id:3..7",
        field: "where",
      });
    }
    const ids = where === undefined ? await taskIdsOrBranch(app, named) : [];
    const { tag, after, unset, title, ifRev } = flags;
    const claim = claimTokenOf(app, flags.claim);
    const { metadata, ...fields } = await fieldsFrom(app, flags);
    const changes = {
      ...(title === undefined ? {} : { title }),
      ...fields,
      ...(metadata ? { metadata_set: emptyAsNull(metadata) } : {}),
      ...signed("tags", tag),
      ...(await waits(app, signed("depends_on", after))),
      ...(unset ? Object.fromEntries(unset.map(emptied)) : {}),
    } satisfies Omit<UpdateTask, "ids">;
    if (Object.keys(changes).length === 0) {
      throw nothingToChange(named);
    }
    const expect = flags.expect === undefined ? undefined : countOf("--expect", flags.expect);
    const input = {
      ...(where === undefined ? { ids } : await sure(app, where, expect, dryRun)),
      ...changes,
      ...(where === undefined && expect !== undefined ? { expect } : {}),
      ...(dryRun ? { dry_run: true } : {}),
      ...(ifRev === undefined ? {} : { if_rev: countOf("--if-rev", ifRev) }),
      ...(claim === undefined ? {} : { claim }),
      ...(flags.force ? { force: true } : {}),
    };
    await app.perform("task.update", input, updateView(dryRun, "due_at" in changes));
  },
};

/** Where a field was typed as `due=fri`, the flag that it is here. */
function nothingToChange(named: readonly string[]): WerkError {
  const [, field, value] = named.map((word) => /^([a-z]+)[=:](.+)$/.exec(word)).find((found) => found !== null) ?? [];
  const flag = field === undefined ? "For example:  --due fri" : `Fields are flags:  --${field} ${shellWord(value!)}`;
  return new WerkError("USAGE", "nothing to change was given.", {
    hint: `${flag}\nAll flags:  taskwerk help update`,
  });
}

/** `+a,-b,c` as what to add and what to remove. */
function signed(field: "tags" | "depends_on", words: readonly string[] | undefined): Record<string, string[]> {
  if (!words) return {};
  const bare = (word: string): string => word.replace(/^[+-]/, "");
  const removed = words.filter((word) => word.startsWith("-")).map(bare);
  const added = words.filter((word) => !word.startsWith("-")).map(bare);
  return {
    ...(added.length > 0 ? { [`${field}_add`]: added } : {}),
    ...(removed.length > 0 ? { [`${field}_remove`]: removed } : {}),
  };
}

/** Ranges and @last among what it waits for, as the ids they mean. */
async function waits(app: App, fields: Record<string, string[]>): Promise<Record<string, string[]>> {
  const meant: Record<string, string[]> = {};
  for (const [field, ids] of Object.entries(fields)) meant[field] = await taskIds(app, ids);
  return meant;
}

const emptyAsNull = (pairs: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, value === "" ? null : value]));

/** What `--unset` empties, and what it is then. */
const EMPTIED: Readonly<Record<string, readonly [field: string, empty: null | readonly []]>> = {
  description: ["description", null],
  assignee: ["assignee", null],
  category: ["category", null],
  type: ["type", null],
  due: ["due_at", null],
  due_at: ["due_at", null],
  defer: ["defer_until", null],
  defer_until: ["defer_until", null],
  estimate: ["estimate_minutes", null],
  estimate_minutes: ["estimate_minutes", null],
  files: ["files", []],
  capability: ["capabilities", []],
  capabilities: ["capabilities", []],
};

function emptied(field: string): readonly [string, null | readonly []] {
  const empty = Object.hasOwn(EMPTIED, field) ? EMPTIED[field] : undefined;
  if (empty) return empty;
  throw new WerkError("USAGE", `--unset: "${field}" cannot be emptied.`, {
    hint: `Can be:  ${UNSET}`,
    field: "unset",
    given: field,
  });
}

function countOf(flag: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `${flag}: "${text}" is not a number.`, {
    hint: `For example:  ${flag} 3`,
    field: flag.slice(2),
    given: text,
  });
}

/** As many as this are changed without a question. */
const MOST_UNASKED = 20;

/** The tasks of a query, counted where they are many: what was confirmed is what is changed, or nothing. */
async function sure(
  app: App,
  where: string,
  expect: number | undefined,
  dryRun: boolean,
): Promise<Pick<UpdateTask, "where" | "expect" | "confirm">> {
  if (expect !== undefined) return { where, expect };
  if (dryRun) return { where };
  if (app.globals.yes) return { where, confirm: true };
  const { page } = await app.call("task.list", { query: where, limit: 1 });
  const found = page?.total ?? 0;
  if (found <= MOST_UNASKED) return { where };
  await confirm(app, `${found} tasks would change.`);
  return { where, expect: found };
}
