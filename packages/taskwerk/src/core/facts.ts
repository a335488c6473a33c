/** One entry of the log of changes. */
export interface LogChange {
  readonly entity: string;
  /** A uid of a task, or the id of an operation. */
  readonly subject: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/**
 * The smallest thing that a change says: of one subject, one field, what was and what is. `key` tells the fact from others
 * of its subject: `task title`, `task created`, `tag api`, `dep UID`, `note ID`, `link 1`, `criterion 2`, `op`.
 */
export interface Fact {
  readonly subject: string;
  readonly kind: FactKind;
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}
export type FactKind = "created" | "column" | "tag" | "dep" | "note" | "link" | "criterion" | "op" | "purge";

/** What tells a fact from others. */
export const factKey = ({ subject, kind, name }: Pick<Fact, "subject" | "kind" | "name">): string =>
  `${subject} ${kind} ${name}`;

/** Facts of one change. That a task came to be is one fact, whatever it said at first. */
export function factsOf({ entity, subject, before, after }: LogChange): readonly Fact[] {
  const one = (kind: FactKind, name: string, was: unknown, is: unknown): Fact => ({
    subject,
    kind,
    name,
    before: was,
    after: is,
  });
  const value = (before ?? after ?? {}) as Readonly<Record<string, unknown>>;
  if (before?.purged === true || after?.purged === true) return [one("purge", "", null, null)];
  switch (entity) {
    case "task":
      if (before === null) return [one("created", "", false, true)];
      return Object.keys(before).map((name) => one("column", name, before[name], after?.[name]));
    case "tags":
      return [
        ...((before?.tags as readonly string[] | undefined) ?? []).map((tag) => one("tag", tag, true, false)),
        ...((after?.tags as readonly string[] | undefined) ?? []).map((tag) => one("tag", tag, false, true)),
      ];
    case "dep":
      return [one("dep", String(value.depends_on), before !== null, after !== null)];
    case "note":
      return [one("note", String(value.id), before, after)];
    case "link":
    case "criterion":
      return [one(entity, String(value.n), before, after)];
    case "op":
      return [one("op", "undone", before?.undone, after?.undone)];
    default:
      // A purge, or what a later version says.
      return [one("purge", entity, before, after)];
  }
}

/** What several changes, in order, come to: of each fact the first before and the last after. */
export function netFacts(changes: Iterable<LogChange>): Map<string, Fact> {
  const net = new Map<string, Fact>();
  for (const change of changes) {
    for (const fact of factsOf(change)) {
      const key = factKey(fact);
      const first = net.get(key);
      net.set(key, first ? { ...first, after: fact.after } : fact);
    }
  }
  return net;
}

/** True when what is and what was are the same: for values of the log, which are JSON. */
export const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
