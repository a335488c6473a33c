import type { Names } from "./change-words.ts";
import type { Fact } from "./facts.ts";
import { isInternal, shownValue } from "./log-values.ts";

/** A fact as a person knows it: a field of a task, what it was and what it is. */
export interface ShownFact {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a fact says of a task; null for one that no task shows. */
export function shownFact({ kind, name, before, after }: Fact, names: Names): ShownFact | null {
  const is = (value: unknown, shown: string): string | null => (value === true ? shown : null);
  switch (kind) {
    case "created":
      return { field: "deleted", before: before !== true, after: after !== true };
    case "column":
      if (isInternal(name)) return null;
      if (name === "deleted_at") return { field: "deleted", before: before !== null, after: after !== null };
      return { field: name, before: shownValue(name, before, names.row), after: shownValue(name, after, names.row) };
    case "tag":
      return { field: "tags", before: is(before, name), after: is(after, name) };
    case "dep":
      return { field: "depends_on", before: is(before, names.task(name)), after: is(after, names.task(name)) };
    case "note":
      return { field: "notes", before: textOf(before), after: textOf(after) };
    case "link":
      return { field: "links", before: linkOf(before), after: linkOf(after) };
    case "criterion":
      return { field: "acceptance", before: criterionOf(before), after: criterionOf(after) };
    case "op":
    case "purge":
      return null;
    default: {
      const never: never = kind;
      return never;
    }
  }
}

const textOf = (note: unknown): unknown => (note as { text?: unknown } | null)?.text ?? null;
const linkOf = (link: unknown): string | null => {
  const value = link as { type?: unknown; target?: unknown } | null;
  return value === null ? null : `${value.type} ${value.target}`;
};
const criterionOf = (criterion: unknown): string | null => {
  const value = criterion as { n?: unknown; text?: unknown; checked?: unknown; evidence?: unknown } | null;
  if (value === null) return null;
  return `${value.n} [${value.checked === 1 ? "x" : " "}] ${value.text}${value.evidence ? ` (${value.evidence})` : ""}`;
};
