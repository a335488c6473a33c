import { WerkError } from "@taskwerk/contract/errors";
import type { UpdateTask } from "@taskwerk/contract/task";
import { dim } from "@taskwerk/terminal/part";
import { claimTokenOf } from "../claim-token.ts";
import { expandIds } from "../expand-ids.ts";
import { collectList, type Verb, wordsOf } from "../verb.ts";
import { addFieldFlags, type FieldFlags, fieldsFrom } from "./field-flags.ts";
import { statusWord } from "./status-word.ts";
import { writeView } from "./write-view.ts";

interface UpdateFlags extends FieldFlags {
  readonly tasks?: readonly string[];
  readonly title?: string;
  readonly tag?: readonly string[];
  readonly after?: readonly string[];
  readonly unset?: readonly string[];
  readonly ifRev?: string;
  readonly claim?: string;
}

/** `update ID...` or `update --tasks A,B`: fields of one or many tasks, all or none. */
export const updateVerb: Verb<UpdateFlags> = {
  build: (command) =>
    addFieldFlags(
      command
        .argument("[ids...]", "12, TASK-012, 3..7, 1,2,3, or - for stdin")
        .option("--tasks <ids>", "the same, as a flag", collectList)
        .option("--title <title>", "a new title"),
      "anything else (repeatable); the others stay, key= takes one away",
    )
      .option("-t, --tag <tags>", "+new,-old", collectList)
      .option("--after <ids>", "+waits-for,-no-longer", collectList)
      .option("--unset <field>", "empty it: description, assignee, category, type, due, defer, estimate", collectList)
      .option("--if-rev <n>", "only if nobody changed it since this rev")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)"),
  async run(app, [words], flags) {
    const ids = await expandIds([...wordsOf(words), ...(flags.tasks ?? [])], app.world.readStdin);
    const { tag, after, unset, title, ifRev } = flags;
    const claim = claimTokenOf(app, flags.claim);
    const { metadata, ...fields } = await fieldsFrom(app, flags);
    const changes = {
      ...(title === undefined ? {} : { title }),
      ...fields,
      ...(metadata ? { metadata_set: emptyAsNull(metadata) } : {}),
      ...signed("tags", tag),
      ...signed("depends_on", after),
      ...(unset ? Object.fromEntries(unset.map(emptied)) : {}),
    } satisfies Omit<UpdateTask, "ids">;
    if (Object.keys(changes).length === 0) {
      throw new WerkError("USAGE", "nothing to change was given.", { hint: "All flags:  taskwerk help update" });
    }
    const input = {
      ids,
      ...changes,
      ...(ifRev === undefined ? {} : { if_rev: revOf(ifRev) }),
      ...(claim === undefined ? {} : { claim }),
    };
    await app.perform("task.update", input, UPDATED);
  },
};

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

const emptyAsNull = (pairs: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, value === "" ? null : value]));

const EMPTIED: Readonly<Record<string, string>> = {
  description: "description",
  assignee: "assignee",
  category: "category",
  type: "type",
  due: "due_at",
  due_at: "due_at",
  defer: "defer_until",
  defer_until: "defer_until",
  estimate: "estimate_minutes",
  estimate_minutes: "estimate_minutes",
};

function emptied(field: string): readonly [string, null] {
  const name = Object.hasOwn(EMPTIED, field) ? EMPTIED[field] : undefined;
  if (name) return [name, null];
  throw new WerkError("USAGE", `--unset: "${field}" cannot be emptied.`, {
    hint: "Can be:  description, assignee, category, type, due, defer, estimate",
    field: "unset",
    given: field,
  });
}

function revOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `--if-rev: "${text}" is not a number.`, { field: "if-rev", given: text });
}

const UPDATED = writeView((task) => [
  task.id,
  "  updated  ",
  statusWord(task),
  "  ",
  task.title,
  dim(`  rev ${task.rev}`),
]);
