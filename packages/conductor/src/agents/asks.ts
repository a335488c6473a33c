/** Questions that an agent waits for, until somebody replies. */

export interface Asks {
  /** A new id and the answer to come; null when the conversation ends first. */
  open(): { readonly id: string; readonly answer: Promise<string | null> };
  /** False when no such question is open. */
  reply(id: string, answer: string): boolean;
  /** How many are open. */
  pending(): number;
  /** Ends the waiting of all. */
  release(): void;
}

/** The questions of one conversation. */
export function asks(): Asks {
  const open = new Map<string, (answer: string | null) => void>();
  let count = 0;
  let released = false;
  return {
    open() {
      count += 1;
      const id = `ask-${count}`;
      const answer = released
        ? Promise.resolve(null)
        : new Promise<string | null>((resolve) => {
            open.set(id, resolve);
          });
      return { id, answer };
    },
    reply(id, answer) {
      const resolve = open.get(id);
      open.delete(id);
      resolve?.(answer);
      return resolve !== undefined;
    },
    pending: () => open.size,
    release() {
      released = true;
      for (const resolve of open.values()) resolve(null);
      open.clear();
    },
  };
}
