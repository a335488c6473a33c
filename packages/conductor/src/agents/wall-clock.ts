/** The time that a conversation is given, without the time in which it may not go on. */

export interface WallClock {
  /** It may not go on: time stands still. Nested calls count. */
  pause(): void;
  go(): void;
  stop(): void;
}

/** Calls `expire` once, after `ms` of time that counts. */
export function wallClock(ms: number, expire: () => void): WallClock {
  let left = ms;
  let paused = 0;
  let began = performance.now();
  let isOver = false;
  const run = (): NodeJS.Timeout =>
    setTimeout(
      () => {
        isOver = true;
        expire();
      },
      Math.max(0, left),
    );
  let timer = run();
  return {
    pause() {
      paused += 1;
      if (paused > 1 || isOver) return;
      clearTimeout(timer);
      left -= performance.now() - began;
    },
    go() {
      paused -= 1;
      // Whoever waits may be let go after the conversation has ended.
      if (paused > 0 || isOver) return;
      began = performance.now();
      timer = run();
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
