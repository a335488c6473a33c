/** The trees that a conversation went through: whether one is new, how often one came back, and which is worth going back to. */

export interface Trees {
  /** The newest; null when none is known. */
  readonly now: string | null;
  /** The files are like this now. `new`: as never before; `back`: as they were, so many times by now since the last new one. */
  put(tree: string): { readonly kind: "same" | "new" } | { readonly kind: "back"; readonly times: number };
  /** So many tests fail with the files as they are now. */
  fails(count: number): void;
  /** The tree with the fewest failing tests, the newest of those; the newest that was new where no test has run. Null when none is known. */
  best(): string | null;
  /** Counting begins anew; what was seen stays known. */
  forgetReturns(): void;
}

/** `first`: the tree it begins with, when it is known. */
export function makeTrees(first: string | null): Trees {
  const seen = new Map<string, number | null>(first === null ? [] : [[first, null]]);
  const returns = new Map<string, number>();
  let now = first;
  return {
    get now() {
      return now;
    },
    put(tree) {
      if (tree === now) return { kind: "same" };
      const known = seen.has(tree);
      const begins = now === null;
      now = tree;
      if (!known) {
        seen.set(tree, null);
        returns.clear();
        return { kind: begins ? "same" : "new" };
      }
      const times = (returns.get(tree) ?? 0) + 1;
      returns.set(tree, times);
      return { kind: "back", times };
    },
    fails(count) {
      if (now !== null) seen.set(now, count);
    },
    best() {
      const tested = [...seen].filter((one): one is [string, number] => one[1] !== null);
      if (tested.length === 0) return [...seen.keys()].at(-1) ?? null;
      const least = Math.min(...tested.map(([, count]) => count));
      return tested.findLast(([, count]) => count === least)![0];
    },
    forgetReturns: () => returns.clear(),
  };
}
