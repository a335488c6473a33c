/** Wakes whoever waits for a store to change; as main hands it in. */
export interface StoreWatch {
  /** Comes when somebody wrote since the last time, or after so many milliseconds. */
  readonly next: (ms: number) => Promise<void>;
  readonly close: () => void;
}

/** Changes of a store by whichever process, for many who wait. */
export interface StoreChanges {
  /** Grows with every change that was noticed. */
  readonly count: () => number;
  /** Waits until the count is another than `seen`: true, or `ms` are over or `stop` was called: false. */
  readonly after: (seen: number, ms: number) => { readonly changed: Promise<boolean>; readonly stop: () => void };
  /** Looks no longer, until somebody waits again. */
  readonly rest: () => void;
}

/** The store is looked at so often even if nobody said that it changed, milliseconds. */
const LOOK_MS = 1_000;

/** Watches a store while somebody waits; `cursor` is that of its newest event. */
export function storeChanges(watch: () => StoreWatch, cursor: () => Promise<number>): StoreChanges {
  const state = { count: 0, cursor: -1, watching: null as StoreWatch | null };
  const waiting = new Set<(changed: boolean) => void>();
  const run = async (mine: StoreWatch): Promise<void> => {
    while (state.watching === mine) {
      // A look that failed is no reason to be silent: whoever waits looks for himself, and tells.
      const now = await cursor().catch(() => state.cursor - 1);
      if (now !== state.cursor) {
        state.cursor = now;
        state.count += 1;
        for (const wake of [...waiting]) wake(true);
      }
      await mine.next(LOOK_MS);
    }
  };
  return {
    count: () => state.count,
    after(seen, ms) {
      if (!state.watching) {
        state.watching = watch();
        void run(state.watching);
      }
      if (state.count !== seen) return { changed: Promise.resolve(true), stop: () => undefined };
      const handle = { stop: (): void => undefined };
      const changed = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => wake(false), ms);
        const wake = (yes: boolean): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve(yes);
        };
        waiting.add(wake);
        handle.stop = () => wake(false);
      });
      return { changed, stop: () => handle.stop() };
    },
    rest() {
      state.watching?.close();
      state.watching = null;
    },
  };
}
