import type { Ordered } from "./precedence.ts";
import { endOf, precedenceOf, startOf } from "./precedence.ts";

/** Answers whether one task always ends before another starts; the graph is built once. */
export interface Reach {
  /** True when `later` cannot start before `earlier` has ended. `without` leaves out their direct dependency. */
  before(earlier: string, later: string, without?: boolean): boolean;
}

/** Reachability over dependencies and hierarchy. Each question takes time in proportion to what comes after `earlier`. */
export function reachOf(tasks: readonly Ordered[]): Reach {
  const { keys, next } = precedenceOf(tasks);
  const at = new Map(keys.map((key, index) => [key, index]));
  return {
    before(earlier, later, without = false) {
      const from = at.get(earlier);
      const to = at.get(later);
      if (from === undefined || to === undefined) return false;
      const start = endOf(from);
      const goal = startOf(to);
      const seen = new Set([start]);
      const open = [start];
      for (let node = open.pop(); node !== undefined; node = open.pop()) {
        for (const target of next[node] ?? []) {
          if (without && node === start && target === goal) continue;
          if (target === goal) return true;
          if (!seen.has(target)) {
            seen.add(target);
            open.push(target);
          }
        }
      }
      return false;
    },
  };
}
