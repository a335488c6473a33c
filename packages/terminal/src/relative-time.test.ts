import { describe, expect, it } from "vitest";
import { dayText, minutesText, relativeTime } from "./relative-time.ts";

// A Sunday evening by the local clock.
const NOW = new Date(2026, 10, 29, 18);

describe("relativeTime", () => {
  it.each([
    ["a moment ago", new Date(2026, 10, 29, 17, 59, 30), "now"],
    ["hours ago", new Date(2026, 10, 29, 16), "2h"],
    ["a week ago and more", new Date(2026, 10, 9, 12), "9 Nov"],
    ["a year ago", new Date(2025, 10, 9, 12), "9 Nov 2025"],
    ["minutes ago", new Date(2026, 10, 29, 17, 56), "4m"],
    ["not yet two days ago", new Date(2026, 10, 27, 18, 1), "1 day"],
    ["minutes ahead, and some seconds", new Date(2026, 10, 29, 18, 14, 59), "in 14m"],
    ["tomorrow morning", new Date(2026, 10, 30, 9), "in 15h"],
    ["the end of tomorrow", new Date(2026, 10, 30, 23, 59), "in 1 day"],
    ["three days ahead, less a second", new Date(2026, 11, 2, 17, 59, 59), "in 3 days"],
    ["the end of that day", new Date(2026, 11, 2, 23, 59), "in 3 days"],
    ["its morning", new Date(2026, 11, 2, 8), "in 3 days"],
    ["seven days ahead, less a second", new Date(2026, 11, 6, 17, 59, 59), "in 7 days"],
    ["a week ahead", new Date(2026, 11, 6, 18), "6 Dec"],
    ["another year", new Date(2027, 0, 9), "9 Jan 2027"],
  ])("%s", (_, at, said) => {
    expect(relativeTime(at, NOW)).toBe(said);
  });

  it("says of what is no date that it is unknown", () => {
    expect(relativeTime("someday", NOW)).toBe("unknown");
  });
});

it("names a day with its weekday, and a time of day where there is one", () => {
  const text = (at: Date) => dayText(at.toISOString(), NOW);
  expect(text(new Date(2026, 11, 5, 23, 59, 59, 999))).toBe("Sat 5 Dec");
  expect(text(new Date(2026, 11, 5))).toBe("Sat 5 Dec");
  expect(text(new Date(2027, 0, 9, 9, 5))).toBe("Sat 9 Jan 2027 09:05");
});

it("writes minutes of work", () => {
  expect([minutesText(45), minutesText(70), minutesText(240)]).toEqual(["45m", "1h 10m", "4h"]);
});
