/** Lets one caller in at a time, in the order they came. */
export interface Mutex {
  /** Runs `task` when everybody before has finished, whether they failed or not; gives its result. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Makes a mutex that nobody holds. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const mine = last.then(task, task);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
