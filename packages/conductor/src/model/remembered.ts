/** What a yes may cover beside its card: the same class of changes in the same directory, for the rest of its run. Pure. */
import type { Decision, Remembered } from "./decision.ts";
import { isProtectedName } from "./protected-names.ts";

/** A rule that somebody's yes left behind. */
export interface RememberedRule extends Remembered {
  /** The approval it comes from. */
  readonly decision: string;
  readonly by: string;
}

/**
 * What can be remembered of the findings that a card shows, each once. Only protected classes of paths can: new packages,
 * other gates, weaker tests and the size of a change are about that one change.
 */
export function rememberable(evidence: readonly string[]): readonly Remembered[] {
  const found = evidence.flatMap((line): readonly Remembered[] => {
    const [name = "", path = ""] = splitAt(line);
    return isProtectedName(name) && path !== "" ? [{ class: name, paths: scopeOf(path) }] : [];
  });
  return [...new Map(found.map((one) => [`${one.class} ${one.paths}`, one])).values()];
}

/** The findings of a card that a remembered yes would not cover. */
export const notRememberable = (evidence: readonly string[]): readonly string[] =>
  evidence.filter((line) => !isProtectedName(splitAt(line)[0] ?? ""));

/** The rules of a run, oldest first; those of another run do not count. */
export const rememberedIn = (decisions: Iterable<Decision>, session: string): readonly RememberedRule[] =>
  [...decisions]
    .filter((one) => one.session === session && one.state === "approved")
    .flatMap(({ id, answeredBy, remembered }) =>
      remembered.map((one) => ({ ...one, decision: id, by: answeredBy ?? "somebody" })),
    );

/** True when this finding of a class is what somebody said yes to for the whole run. */
export const covers = (rule: Remembered, name: string, path: string): boolean =>
  rule.class === name && (rule.paths === path || isBelow(rule.paths, path));

const BELOW = "/**";

/** No glob: what means something in one is only a letter of a directory's name here, so that it cannot widen what was agreed to. */
const isBelow = (scope: string, path: string): boolean => {
  const directory = scope.slice(0, -BELOW.length + 1);
  return scope.endsWith(BELOW) && path.startsWith(directory) && path.length > directory.length;
};

const splitAt = (line: string): readonly string[] => {
  const at = line.indexOf(": ");
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at + 2)];
};

/** Its directory; a file at the top is only itself, for everything lies below the top. */
function scopeOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? path : `${path.slice(0, at)}${BELOW}`;
}
