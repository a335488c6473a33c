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
  let timer: NodeJS.Timeout | null = setTimeout(expire, left);
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    pause() {
      paused += 1;
      if (paused > 1 || timer === null) return;
      clear();
      left -= performance.now() - began;
    },
    go() {
      paused -= 1;
      if (paused > 0) return;
      began = performance.now();
      timer = setTimeout(expire, Math.max(0, left));
    },
    stop: clear,
  };
}
