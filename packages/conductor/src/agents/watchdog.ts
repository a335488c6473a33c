/** A timer that is put off by every sign of life. */

export interface Watchdog {
  /** A sign of life: it starts to count anew. */
  touch(): void;
  stop(): void;
}

/** Calls `expire` once when for `ms` nothing touched it. While `paused()` is true the time does not count. */
export function watchdog(ms: number, expire: () => void, paused: () => boolean = () => false): Watchdog {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const arm = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      if (stopped) return;
      if (paused()) arm();
      else {
        stopped = true;
        expire();
      }
    }, ms);
    timer.unref();
  };
  arm();
  return {
    touch() {
      if (!stopped) arm();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
