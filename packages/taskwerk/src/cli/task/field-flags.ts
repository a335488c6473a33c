import { WerkError } from "@taskwerk/contract/errors";
import type { UpdateTask } from "@taskwerk/contract/update-task";
import type { Declaring } from "@taskwerk/terminal/command/declare";
import { workMinutesOf } from "@taskwerk/terminal/command/length-of-time";
import type { App } from "../app.ts";
import { collect, collectList } from "../verb.ts";
import { priorityOf, statusOf } from "./words.ts";

/** Flags that say what a task is; `add` and `update` share them. */
export interface FieldFlags {
  readonly description?: string;
  readonly priority?: string;
  readonly status?: string;
  readonly assignee?: string;
  readonly due?: string;
  readonly defer?: string;
  readonly estimate?: string;
  readonly category?: string;
  readonly type?: string;
  readonly files?: readonly string[];
  readonly capability?: readonly string[];
  readonly meta?: readonly string[];
}

/** Declares them; `meta` is what is said of `--meta`. */
export const addFieldFlags = (command: Declaring, meta = "anything else (repeatable)"): Declaring =>
  command
    .option("-d, --description <text>", "what it is about (- for stdin, @file for a file)")
    .option("-p, --priority <priority>", "critical, high, medium or low")
    .option("-s, --status <status>", "todo, in-progress, review, blocked, paused, done, cancelled")
    .option("-a, --assignee <who>", "who does it (me: you; none: nobody)")
    .option("--due <date>", "when it must be done (none: any time)")
    .option("--defer <date>", "not before")
    .option("--estimate <time>", "45m, 4h, 2d (8 hours a day)")
    .option("--category <category>")
    .option("--type <type>")
    .option("--files <glob>", "files it is about (repeatable)", collectList)
    .option("--capability <capability>", "what a worker must be able to do (repeatable)", collectList)
    .option("--meta <key=value>", meta, collect);

type Fields = Omit<UpdateTask, "ids">;

/** The flags as fields of a task's input. Only what was said is in it. */
export async function fieldsFrom(app: App, flags: FieldFlags): Promise<Fields> {
  const { description, priority, status, assignee, due, defer, estimate, category, type, files, capability, meta } =
    flags;
  return {
    ...(description === undefined ? {} : { description: await app.text(description) }),
    ...(priority === undefined ? {} : { priority: priorityOf(priority) }),
    ...(status === undefined ? {} : { status: statusOf(status) }),
    ...(assignee === undefined ? {} : { assignee: assignee === "me" ? await app.actor() : orNone(assignee) }),
    ...(due === undefined ? {} : { due_at: orNone(due) }),
    ...(defer === undefined ? {} : { defer_until: orNone(defer) }),
    ...(estimate === undefined
      ? {}
      : { estimate_minutes: orNone(estimate) === null ? null : workMinutesOf(estimate, "--estimate") }),
    ...(category === undefined ? {} : { category: orNone(category) }),
    ...(type === undefined ? {} : { type: orNone(type) }),
    ...(files ? { files: [...files] } : {}),
    ...(capability ? { capabilities: [...capability] } : {}),
    ...(meta ? { metadata: pairsOf(meta, "--meta") } : {}),
  };
}

/** `none` empties a field, as it stands for an empty one in a query. */
const orNone = (word: string): string | null => (word.toLowerCase() === "none" ? null : word);

/** `k=v` pairs, all values text. Throws USAGE. */
export function pairsOf(pairs: readonly string[], flag: string): Record<string, unknown> {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at <= 0) {
      throw new WerkError("USAGE", `${flag}: "${pair}" is no key=value.`, {
        hint: `For example:  ${flag} size=3`,
        field: flag.slice(2),
        given: pair,
      });
    }
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}
