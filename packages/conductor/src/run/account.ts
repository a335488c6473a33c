/** The account that pays for a run's agents: while its provider takes no requests, nobody asks it. */
import type { AccountPause } from "../model/state.ts";

export interface Account {
  /** Who pays, in words. */
  readonly name: string;
  /** The pause that holds now; null = it takes requests, as far as is known. */
  paused(): { readonly until: string; readonly reason: string } | null;
  /** The pause will not be over before the run has to be: there is no waiting for it. */
  outlasts(): boolean;
  /** Its provider refused a request for now. `resetAt`: RFC 3339, null = it did not say until when. */
  refused(reason: string, resetAt: string | null): Promise<void>;
  /** A person has ended the pause that was to last until then; a newer one stays. */
  lift(until: string): void;
  /** Its provider took a request. */
  taken(): void;
  /** Waits until the pause is over. False when `signal` came first, and when there is no waiting for it. */
  free(signal: AbortSignal): Promise<boolean>;
}

export interface AccountWish {
  readonly name: string;
  /** A pause that an earlier run has met. One that cannot be waited for is not believed: people may have seen to it meanwhile. */
  readonly known: Pick<AccountPause, "until" | "reason"> | undefined;
  /** The longest that a run waits for a provider, milliseconds. */
  readonly longestMs: number;
  /** When the run has to be over; asked each time, since a person may move it. */
  readonly until: () => Date | null;
  readonly now: () => Date;
  /** Told of each pause, so that it is written down. */
  readonly onPause: (pause: { readonly until: string; readonly reason: string }) => Promise<void>;
}

/** Where the provider does not say until when: the first wait, each one after it twice as long, and the longest. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 15 * 60_000;
/** A clock may be set, and a machine may sleep: so often it is looked at. */
const LOOK_AGAIN = 1_000;

/** How a run's account is called: by who pays, or by its agent where that is not said. */
export const accountName = ({ paidBy, id }: { readonly paidBy: string; readonly id: string }): string =>
  /^(unknown|nobody$)/.test(paidBy) ? `the account of ${id}` : paidBy;

export function makeAccount(wish: AccountWish): Account {
  let until = wish.known === undefined ? 0 : Date.parse(wish.known.until);
  let reason = wish.known?.reason ?? "";
  let since: number | null = null;
  let unsaid = 0;
  const now = (): number => wish.now().getTime();
  const outlasts = (): boolean => {
    if (until <= now()) return false;
    const end = wish.until()?.getTime() ?? Number.POSITIVE_INFINITY;
    return until >= end || until - (since ?? now()) > wish.longestMs;
  };
  // Asking costs one refusal; never to ask would keep everybody out until then.
  if (outlasts()) until = 0;
  return {
    name: wish.name,
    paused: () => (until > now() ? { until: new Date(until).toISOString(), reason } : null),
    outlasts,
    async refused(why, resetAt) {
      const said = resetAt === null ? Number.NaN : Date.parse(resetAt);
      const on = until > now();
      // Several that were under way hear the same: that is one refusal.
      if (on && !(said > until + LOOK_AGAIN)) return;
      since ??= now();
      if (Number.isNaN(said)) {
        until = now() + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(unsaid, 20));
        unsaid += 1;
      } else until = Math.max(said, now() + LOOK_AGAIN);
      reason = why;
      await wish.onPause({ until: new Date(until).toISOString(), reason });
    },
    lift(was) {
      if (until <= now() || until !== Date.parse(was)) return;
      until = 0;
      since = null;
      unsaid = 0;
    },
    taken() {
      if (until > now()) return;
      since = null;
      unsaid = 0;
    },
    async free(signal) {
      while (until > now()) {
        if (signal.aborted || outlasts()) return false;
        await sleep(Math.min(LOOK_AGAIN, until - now()), signal);
      }
      return !signal.aborted;
    },
  };
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
