import type { LogChange } from "./facts.ts";
import { isInternal, shownValue, valueWord } from "./log-values.ts";

/** How names of the log become names that people know. */
export interface Names {
  /** The display id of a task, by its uid. */
  readonly task: (uid: string) => string;
  /** The same by its row number. */
  readonly row: (seq: number) => string | null;
}

const MOST = 4;

/** What an operation changed, in words, one thing each: `TASK-003 todo -> done`. Many of a kind become one. */
export function changeWords(changes: readonly LogChange[], names: Names): readonly string[] {
  const created = changes.filter(({ entity, before }) => entity === "task" && before === null);
  const isNew = new Set(created.map(({ subject }) => subject));
  const said = [
    ...(created.length > MOST
      ? [`added ${created.length} tasks, ${names.task(created[0]!.subject)} to ${names.task(created.at(-1)!.subject)}`]
      : created.map((one) => `added ${names.task(one.subject)} ${String(one.after?.title ?? "")}`.trimEnd())),
    ...changes.flatMap((one) =>
      (one.entity === "task" && one.before === null) || (isNew.has(one.subject) && one.entity !== "note")
        ? []
        : wordsOf(one, names),
    ),
  ];
  return said;
}

function wordsOf(change: LogChange, names: Names): readonly string[] {
  const { entity, subject, before, after } = change;
  const id = (): string => names.task(subject);
  const value = before ?? after ?? {};
  if (value.purged === true) return [`${id()}, which was purged`];
  switch (entity) {
    case "task":
      return taskWords(id(), before ?? {}, after ?? {}, names);
    case "tags": {
      const list = (from: typeof before, sign: string): string[] =>
        ((from?.tags as readonly string[] | undefined) ?? []).map((tag) => `${sign}${tag}`);
      return [`${id()} tags ${[...list(after, "+"), ...list(before, "-")].join(" ")}`];
    }
    case "dep":
      return [`${id()} ${after === null ? "no longer after" : "after"} ${names.task(String(value.depends_on))}`];
    case "note":
      return [`${id()} ${after === null ? "note taken away" : "noted"} ${valueWord(value.text)}`];
    case "link":
      return [`${id()} ${after === null ? "no longer linked to" : "linked to"} ${value.type} ${value.target}`];
    case "criterion":
      return [`${id()} criterion ${value.n} ${criterionWord(before, after)}`];
    case "purge":
      return [`purged ${value.id}`];
    case "op":
      return [`${after?.undone === true ? "took back" : "did again"} ${subject.slice(-8)}`];
    default:
      return [];
  }
}

function criterionWord(before: LogChange["before"], after: LogChange["after"]): string {
  if (after === null) return "taken away";
  if (before === null) return `added: ${valueWord(after.text)}`;
  if (before.checked !== after.checked) return after.checked === 1 ? "checked" : "unchecked";
  return "changed";
}

function taskWords(
  id: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  names: Names,
): readonly string[] {
  const words: string[] = [];
  if ("deleted_at" in after) words.push(after.deleted_at === null ? `${id} restored` : `${id} deleted`);
  if ("archived_at" in after) words.push(after.archived_at === null ? `${id} back from the archive` : `${id} archived`);
  if ("status" in after) words.push(`${id} ${before.status} -> ${after.status}`);
  if ("claim_by" in after) {
    words.push(
      after.claim_by === null ? `${id} given back by ${before.claim_by}` : `${id} claimed by ${after.claim_by}`,
    );
  }
  for (const name of Object.keys(after)) {
    if (isInternal(name) || SAID.has(name)) continue;
    if ("status" in after && FOLLOWS.has(name)) continue;
    if ("deleted_at" in after && name === "key") continue;
    const [was, is] = [before[name], after[name]].map((value) => valueWord(shownValue(name, value, names.row)));
    words.push(`${id} ${name} ${was} -> ${is}`);
  }
  return words;
}

/** Said in words of their own. */
const SAID: ReadonlySet<string> = new Set(["status", "claim_by", "deleted_at", "archived_at"]);
/** Follow from a move of status. */
const FOLLOWS: ReadonlySet<string> = new Set(["started_at", "completed_at", "satisfied"]);
