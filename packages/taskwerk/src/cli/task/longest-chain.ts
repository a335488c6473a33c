import type { Task } from "@taskwerk/contract/task";

/** Tasks that must be done one after the other. */
export interface Chain {
  /** The first one first. */
  readonly ids: readonly string[];
  /** Their estimates together; null where one of them has none. */
  readonly minutes: number | null;
}

/** The longest chain of open tasks that wait for each other, by number of tasks, and by estimate among those. */
export function longestChain(tasks: readonly Task[]): Chain {
  const open = new Map(tasks.filter((task) => task.category_of_status !== "closed").map((task) => [task.id, task]));
  const chains = new Map<string, Chain>();
  const isLonger = (one: Chain, other: Chain): boolean =>
    one.ids.length > other.ids.length ||
    (one.ids.length === other.ids.length && (one.minutes ?? 0) > (other.minutes ?? 0));
  // Blockers before what waits for them, without recursion: a chain may be as long as the store.
  for (const start of open.keys()) {
    const path = [start];
    while (path.length > 0) {
      const id = path.at(-1)!;
      const task = open.get(id)!;
      const before = task.depends_on.filter((one) => open.has(one));
      const unknown = before.find((one) => !chains.has(one) && !path.includes(one));
      if (unknown !== undefined) {
        path.push(unknown);
        continue;
      }
      path.pop();
      if (chains.has(id)) continue;
      const best = before
        .flatMap((one) => chains.get(one) ?? [])
        .reduce<Chain>((most, one) => (isLonger(one, most) ? one : most), { ids: [], minutes: 0 });
      const minutes =
        best.minutes === null || task.estimate_minutes === null ? null : best.minutes + task.estimate_minutes;
      chains.set(id, { ids: [...best.ids, id], minutes });
    }
  }
  return [...chains.values()].reduce<Chain>((most, one) => (isLonger(one, most) ? one : most), { ids: [], minutes: 0 });
}
