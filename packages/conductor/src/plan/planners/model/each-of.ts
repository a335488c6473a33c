/** Runs over all items, so many at a time, and answers in their order; after a failure no further one is begun. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const todo = [...items.entries()];
  const worker = async () => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      try {
        results[next[0]] = await run(next[1]);
      } catch (error) {
        todo.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return results;
}
