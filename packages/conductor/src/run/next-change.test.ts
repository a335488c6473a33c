import { expect, it } from "vitest";
import { nextChange } from "./next-change.ts";

/** Nothing happens in it. */
const quiet = (): Promise<boolean> => Promise.resolve(false);
const lives = (): AbortSignal => new AbortController().signal;

it("waits no longer than it is told, and no shorter while nothing happens", async () => {
  const began = performance.now();
  await nextChange({ changedSince: quiet }, 0, { signal: lives(), withinMs: 200 });
  expect(performance.now() - began).toBeGreaterThanOrEqual(200);
});

it("is over when something happens, and when its signal is aborted", async () => {
  let looks = 0;
  const third = (): Promise<boolean> => {
    looks += 1;
    return Promise.resolve(looks === 3);
  };
  await nextChange({ changedSince: third }, 0, { signal: lives(), withinMs: 600_000 });
  expect(looks).toBe(3);

  const stop = new AbortController();
  const over = nextChange({ changedSince: quiet }, 0, { signal: stop.signal, withinMs: 600_000 });
  stop.abort();
  await over;
});
