import { expect, it } from "vitest";
import { makeAccount } from "./account.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const HOUR = 3_600_000;
const knowing = (hours: number, until: Date | null = null) =>
  makeAccount({
    name: "API key ...7Qf2",
    known: { until: new Date(NOW.getTime() + hours * HOUR).toISOString(), reason: "usage limit" },
    longestMs: 12 * HOUR,
    until: () => until,
    now: () => NOW,
    onPause: async () => undefined,
  });

it("takes over a pause that an earlier run has met, where it can be waited for", () => {
  expect(knowing(1).paused()).toEqual({ until: "2026-11-20T13:00:00.000Z", reason: "usage limit" });
});

it("is asked again at once when a person says so, and a pause that came later stays", async () => {
  const account = knowing(1);
  const waiting = account.free(new AbortController().signal);
  account.lift(new Date(NOW.getTime() + HOUR).toISOString());
  expect(account.paused()).toBeNull();
  expect(await waiting).toBe(true);
  await account.refused("usage limit", new Date(NOW.getTime() + 2 * HOUR).toISOString());
  account.lift(new Date(NOW.getTime() + HOUR).toISOString());
  expect(account.paused()?.until).toBe("2026-11-20T14:00:00.000Z");
});

it("asks once more where it cannot: people may have raised the limit meanwhile", async () => {
  expect(knowing(100).paused()).toBeNull();
  expect(knowing(1, new Date(NOW.getTime() + HOUR / 2)).paused()).toBeNull();
  const account = knowing(100);
  await account.refused("usage limit", new Date(NOW.getTime() + 100 * HOUR).toISOString());
  expect(account.outlasts()).toBe(true);
});
