import { expect, it } from "vitest";
import { timeLeft } from "./time-left.ts";

it.each([
  [-5_000, "under a minute"],
  [59_999, "under a minute"],
  [60_000, "1m"],
  [899_000, "14m"],
  [3_600_000, "1h"],
  [7_500_000, "2h 5m"],
  [86_400_000, "1 day"],
  [270_000_000, "3 days"],
])("%d ms are %s", (ms, words) => {
  const from = new Date("2027-03-01T12:00:00Z");
  expect(timeLeft(from, new Date(from.getTime() + ms).toISOString())).toBe(words);
});
