/** What comes, and in between the time that passes. */

/** Every value of `source`, and "tick" whenever nothing came for `everyMs`. Ends with the source. */
export async function* withTicks<T>(source: AsyncIterable<T>, everyMs: number): AsyncGenerator<T | "tick"> {
  const values = source[Symbol.asyncIterator]();
  let next = values.next();
  try {
    for (;;) {
      const clock = ticking(everyMs);
      const came = await Promise.race([next, clock.tick]).finally(clock.stop);
      if (came === "tick") {
        yield came;
        continue;
      }
      if (came.done === true) return;
      yield came.value;
      next = values.next();
    }
  } finally {
    // Whoever stopped listening does not wait for what would have come.
    next.catch(() => undefined);
    await values.return?.();
  }
}

function ticking(ms: number): { readonly tick: Promise<"tick">; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const tick = new Promise<"tick">((resolve) => {
    timer = setTimeout(() => resolve("tick"), ms);
  });
  return { tick, stop: () => clearTimeout(timer) };
}
