/** Counted places for agents that work at once: so many in all, and so many of a kind. */
import type { Room } from "./schedule.ts";

/** The places of one attempt. */
export interface Slots {
  /** Waits for a place, and for one of each kind it needs. False when `signal` came first. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
  /** Gives the places that are held away while `wait` waits, and has them again when this returns, however it has ended. */
  away<T>(wait: () => Promise<T>): Promise<T>;
}

export interface Pool {
  /** What newcomers may take. Kinds that somebody waits for are kept for those. */
  readonly room: Room;
  /** Takes a place and one of each kind if there is room for a newcomer; never waits. */
  tryTake(needs: readonly string[]): boolean;
  /** The same places for one attempt, which needs these kinds each time. */
  of(needs: readonly string[]): Slots;
}

interface Waiting {
  readonly needs: readonly string[];
  readonly go: () => void;
}

/** `caps`: the most of a kind at once; a kind without one has none of its own. */
export function makePool(count: number, caps: ReadonlyMap<string, number>): Pool {
  let places = count;
  const left = new Map(caps);
  const waiting: Waiting[] = [];
  const capped = (needs: readonly string[]): readonly string[] => [...new Set(needs)].filter((kind) => left.has(kind));
  const change = (needs: readonly string[], by: 1 | -1): void => {
    places += by;
    for (const kind of capped(needs)) left.set(kind, left.get(kind)! + by);
  };
  const room = (before: readonly Waiting[]): Room => {
    const free = new Map(left);
    for (const one of before) for (const kind of capped(one.needs)) free.set(kind, Math.max(0, free.get(kind)! - 1));
    return { places, left: free };
  };
  const fits = (needs: readonly string[], { places: some, left: free }: Room): boolean =>
    some > 0 && capped(needs).every((kind) => free.get(kind)! > 0);

  /** Whoever waits is served in the order of asking; what an earlier one waits for is not given to a later one. */
  function serve(): void {
    for (let at = 0; at < waiting.length; ) {
      const one = waiting[at]!;
      if (!fits(one.needs, room(waiting.slice(0, at)))) {
        at += 1;
        continue;
      }
      waiting.splice(at, 1);
      change(one.needs, -1);
      one.go();
    }
  }
  function take(needs: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const mine: Waiting = {
        needs,
        go() {
          signal.removeEventListener("abort", gone);
          resolve(true);
        },
      };
      const gone = (): void => {
        waiting.splice(waiting.indexOf(mine), 1);
        resolve(false);
        // What was kept for this one may be another's.
        serve();
      };
      waiting.push(mine);
      signal.addEventListener("abort", gone, { once: true });
      serve();
    });
  }
  return {
    get room() {
      return room(waiting);
    },
    tryTake(needs) {
      if (!fits(needs, room(waiting))) return false;
      change(needs, -1);
      return true;
    },
    of(needs) {
      const give = (): void => {
        change(needs, 1);
        serve();
      };
      return {
        take: (signal) => take(needs, signal),
        give,
        async away(wait) {
          give();
          try {
            return await wait();
          } finally {
            // Whoever gave it away gives it back once more at the end, so it has to be held until then.
            await take(needs, new AbortController().signal);
          }
        },
      };
    },
  };
}
