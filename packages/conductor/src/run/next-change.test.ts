import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { nextChange } from "./next-change.ts";

setFlagsFromString("--expose-gc");
/** Throws away what nobody holds, as happens now and then in a run that lasts. */
const tidy = runInNewContext("gc") as () => void;

/** Nothing happens in it. */
const quiet = (): Promise<boolean> => {
  tidy();
  return Promise.resolve(false);
};
const lives = (): AbortSignal => new AbortController().signal;

it("waits no longer than it is told, however often memory is tidied meanwhile", async () => {
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
