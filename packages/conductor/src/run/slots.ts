/** Counted places for agents that work at once: so many in all, and so many of a kind. */
import { kindsOf, type Needs, type Room } from "./schedule.ts";

/** The places of one attempt. It has them all at first. */
export interface Slots {
  /** Gives them to others while it waits for people, and for good at its end. Twice is no different from once. */
  give(): void;
  /** Waits until it has again what it gave. False when `signal` came first. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Its agent has ended: the agent's place is another's. What it needs for its gates too, it keeps. */
  leaveAgent(): void;
  /** Waits for the place of an agent again. False when `signal` came first. */
  enterAgent(signal: AbortSignal): Promise<boolean>;
}

export interface Pool {
  /** What newcomers may take. Kinds that somebody waits for are kept for those. */
  readonly room: Room;
  /** Takes a place and one of each kind if there is room for a newcomer, else answers null; never waits. */
  tryTake(needs: Needs): Slots | null;
}

/** What is counted: an agent's place or none, and one of each of these kinds. */
interface Share {
  readonly places: 0 | 1;
  readonly kinds: readonly string[];
}

interface Waiting {
  readonly share: Share;
  /** It holds what others may wait for. */
  readonly holds: boolean;
  readonly go: () => void;
}

const NOTHING: Share = { places: 0, kinds: [] };

/** `caps`: the most of a kind at once; a kind without one has none of its own. */
export function makePool(count: number, caps: ReadonlyMap<string, number>): Pool {
  let places = count;
  const left = new Map(caps);
  const waiting: Waiting[] = [];
  const change = ({ places: some, kinds }: Share, by: 1 | -1): void => {
    places += by * some;
    for (const kind of kinds) left.set(kind, left.get(kind)! + by);
  };
  const room = (before: readonly Waiting[]): Room => {
    const free = new Map(left);
    for (const { share } of before) for (const kind of share.kinds) free.set(kind, Math.max(0, free.get(kind)! - 1));
    return { places, left: free };
  };
  const fits = (share: Share, { places: some, left: free }: Room): boolean =>
    some >= share.places && share.kinds.every((kind) => free.get(kind)! > 0);

  /**
   * Whoever waits is served in the order of asking; what an earlier one waits for is not given to a later one. Those that hold
   * something come first: else two could wait for each other, one for what the other holds and that one behind it.
   */
  function serve(): void {
    for (let at = 0; at < waiting.length; ) {
      const one = waiting[at]!;
      if (!fits(one.share, room(waiting.slice(0, at)))) {
        at += 1;
        continue;
      }
      waiting.splice(at, 1);
      change(one.share, -1);
      one.go();
    }
  }
  function take(share: Share, signal: AbortSignal, holds: boolean): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const mine: Waiting = {
        share,
        holds,
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
      const behind = holds ? waiting.findIndex((one) => !one.holds) : -1;
      waiting.splice(behind === -1 ? waiting.length : behind, 0, mine);
      signal.addEventListener("abort", gone, { once: true });
      serve();
    });
  }
  function slots(needs: Needs): Slots {
    const agents: Share = { places: 1, kinds: capped(needs.agent) };
    const tasks: Share = { places: 0, kinds: capped(needs.task) };
    const all: Share = { places: 1, kinds: capped(kindsOf(needs)) };
    // What it is to have, and what it has: less while it has given it away.
    let wanted = all;
    let held = all;
    const release = (share: Share): void => {
      change(share, 1);
      serve();
    };
    const takeMore = async (share: Share, then: Share, signal: AbortSignal): Promise<boolean> => {
      if (!(await take(share, signal, held !== NOTHING))) return false;
      wanted = then;
      held = then;
      return true;
    };
    return {
      give() {
        const back = held;
        held = NOTHING;
        release(back);
      },
      take: async (signal) => held === wanted || takeMore(wanted, wanted, signal),
      leaveAgent() {
        if (wanted === tasks) return;
        wanted = tasks;
        if (held === NOTHING) return;
        held = tasks;
        release({ places: 1, kinds: all.kinds.filter((kind) => !tasks.kinds.includes(kind)) });
      },
      enterAgent: async (signal) => held === all || takeMore(held === tasks ? agents : all, all, signal),
    };
  }
  const capped = (kinds: readonly string[]): readonly string[] => [...new Set(kinds)].filter((kind) => left.has(kind));
  return {
    get room() {
      return room(waiting);
    },
    tryTake(needs) {
      const share: Share = { places: 1, kinds: capped(kindsOf(needs)) };
      if (!fits(share, room(waiting))) return null;
      change(share, -1);
      return slots(needs);
    },
  };
}
