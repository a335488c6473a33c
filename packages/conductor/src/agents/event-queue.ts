/** Events from callbacks to one `for await`. */

export interface EventQueue<T> {
  push(event: T): void;
  /** No more will come; what was pushed is still read. */
  close(): void;
  readonly events: AsyncIterable<T>;
  /** How many were pushed that nobody has read yet. */
  readonly backlog: () => number;
}

/** A queue for one reader. Pushing after `close` does nothing. */
export function eventQueue<T>(): EventQueue<T> {
  const waiting: T[] = [];
  let closed = false;
  let wake: (() => void) | null = null;
  async function* read(): AsyncGenerator<T> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()!;
      if (closed) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    push(event) {
      if (closed) return;
      waiting.push(event);
      wake?.();
    },
    close() {
      closed = true;
      wake?.();
    },
    events: read(),
    backlog: () => waiting.length,
  };
}
