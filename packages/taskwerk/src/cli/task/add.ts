import type { AddTask } from "@taskwerk/contract/add-task";
import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { taskId, taskIds } from "../task-ids.ts";
import { collect, collectList, type Verb, wordOf } from "../verb.ts";
import { addFieldFlags, type FieldFlags, fieldsFrom } from "./field-flags.ts";
import { dueParts, writeView } from "./write-view.ts";

interface AddFlags extends FieldFlags {
  readonly tag?: readonly string[];
  readonly parent?: string;
  readonly after?: readonly string[];
  readonly before?: readonly string[];
  readonly ac?: readonly string[];
  readonly key?: string;
  readonly ifAbsent?: boolean;
  readonly note?: string;
}

/** `add TITLE`: one task. With `--key K --if-absent` the same task, however often it is typed. */
export const addVerb: Verb<AddFlags> = {
  build: (command) =>
    addFieldFlags(command.argument("<title>", "what is to be done (- for stdin)"))
      .option("-t, --tag <tag>", "a tag (repeatable)", collectList)
      .option("--parent <id>", "put it under another task")
      .option("--after <id>", "it waits for these (repeatable)", collectList)
      .option("--before <id>", "these wait for it (repeatable)", collectList)
      .option("--ac <text>", "what must be true at the end (repeatable)", collect)
      .option("--key <key>", "its name in another system; there is one task a key")
      .option("--if-absent", "with --key: no error when it is there already")
      .option("--note <text>", "a first note"),
  async run(app, [title], flags) {
    await app.perform("task.add", await inputOf(app, wordOf(title), flags), ADDED);
  },
};

async function inputOf(app: App, title: string, flags: AddFlags): Promise<AddTask> {
  const { tag, parent, after, before, ac, key, ifAbsent, note } = flags;
  if (ifAbsent && key === undefined) {
    throw new WerkError("USAGE", "--if-absent says nothing without --key: it is the key that may be there.", {
      hint: 'For example:  taskwerk add "Sync" --key jira-12 --if-absent',
      field: "key",
    });
  }
  return {
    ...(await fieldsFrom(app, flags)),
    title: title === "-" ? await app.text(title) : title,
    ...(tag ? { tags: [...tag] } : {}),
    ...(parent === undefined ? {} : { parent: await taskId(app, parent) }),
    ...(after ? { depends_on: await taskIds(app, after) } : {}),
    ...(before ? { blocks: await taskIds(app, before) } : {}),
    ...(ac ? { acceptance: [...ac] } : {}),
    ...(key === undefined ? {} : { key }),
    ...(ifAbsent ? { if_absent: true } : {}),
    ...(note === undefined ? {} : { note: await app.text(note) }),
  };
}

const ADDED = writeView((task, output) => [
  "Added ",
  { text: task.id, style: "bold" },
  "  ",
  task.title,
  ...dueParts(task, output),
]);
