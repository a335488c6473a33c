/** An end to what may not take longer than a time, and may be broken off before. */

/** What each joined signal is joined from: Node holds that so weakly that it may throw the clock away before its time has come. */
const clocks = new WeakMap<AbortSignal, AbortSignal>();

/** A signal that is aborted with `signal`, or when `ms` have passed, whichever is first. */
export function timeLimit(ms: number, signal: AbortSignal): AbortSignal {
  const clock = AbortSignal.timeout(ms);
  const either = AbortSignal.any([clock, signal]);
  clocks.set(either, clock);
  return either;
}
