import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { timeLimit } from "./time-limit.ts";

setFlagsFromString("--expose-gc");
/** Throws away what nobody holds, as happens now and then in a program that runs for long. */
const tidy = runInNewContext("gc") as () => void;

const LIMIT = 200;
const lives = (): AbortSignal => new AbortController().signal;

it("is over after its time, however often memory is tidied meanwhile, also when only looked at", async () => {
  const limit = timeLimit(LIMIT, lives());
  for (let waited = 0; waited < 5 * LIMIT && !limit.aborted; waited += 20) {
    await sleep(20);
    tidy();
  }
  expect(limit.aborted).toBe(true);
  expect(limit.reason).toMatchObject({ name: "TimeoutError" });
});

it("tells who listens and holds nothing of it", async () => {
  let told = false;
  timeLimit(LIMIT, lives()).addEventListener("abort", () => {
    told = true;
  });
  for (let waited = 0; waited < 5 * LIMIT && !told; waited += 20) {
    await sleep(20);
    tidy();
  }
  expect(told).toBe(true);
});

it("is over at once with the signal", async () => {
  const stop = new AbortController();
  const limit = timeLimit(60_000, stop.signal);
  stop.abort("enough");
  expect([limit.aborted, limit.reason]).toEqual([true, "enough"]);
  expect(timeLimit(60_000, stop.signal).aborted).toBe(true);
});
