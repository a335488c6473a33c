import type { App } from "../app.ts";

const LOOK_EVERY = 250;

export interface Watching {
  /** Looks again and again, each time after the last has come to its end. `first` comes before, and again until it succeeds. */
  start(first: () => Promise<void>): void;
  /** Looks now, and returns when it has. Nothing while it is not looking. */
  now(): Promise<void>;
  /** Looks once more and stops. False when it was not looking. */
  end(): Promise<boolean>;
}

/** Looks at what happens in a run, for a display. One that fails says so once, and the run goes on. */
export function watching(app: App, look: () => Promise<void>): Watching {
  let timer: NodeJS.Timeout | null = null;
  let busy: Promise<void> = Promise.resolve();
  let told = false;
  const failed = (error: unknown): void => {
    if (told) return;
    told = true;
    try {
      app.note(`what happens cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
    } catch {
      // There is no place left to say it.
    }
  };
  let prepare: (() => Promise<void>) | null = null;
  const lookOnce = (): void => {
    busy = busy
      .then(async () => {
        await prepare?.();
        prepare = null;
        await look();
      })
      .catch(failed);
  };
  return {
    start(first) {
      prepare = first;
      lookOnce();
      timer = setInterval(lookOnce, LOOK_EVERY);
    },
    async now() {
      if (timer === null) return;
      lookOnce();
      await busy;
    },
    async end() {
      if (timer === null) return false;
      clearInterval(timer);
      timer = null;
      lookOnce();
      await busy;
      return true;
    },
  };
}
