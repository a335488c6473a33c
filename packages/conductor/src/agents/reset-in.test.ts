import { expect, it } from "vitest";
import { resetIn } from "./reset-in.ts";

const NOW = new Date("2026-11-20T22:10:30Z");

it.each([
  ["Claude AI usage limit reached|1795230000", "2026-11-21T03:00:00.000Z"],
  ["5-hour limit reached ∙ resets 3am (Europe/Berlin)", "2026-11-21T02:00:00.000Z"],
  ["You've hit your limit · resets 11:30pm (Europe/Berlin)", "2026-11-20T22:30:00.000Z"],
  ["You've hit your limit · resets 11pm (Europe/Berlin)", "2026-11-21T22:00:00.000Z"],
  ["usage limit reached, resets at 00:15 (UTC)", "2026-11-21T00:15:00.000Z"],
  ["usage limit reached, resets 12am (UTC)", "2026-11-21T00:00:00.000Z"],
  // It was over a moment ago, so that the next one is not meant.
  ["usage limit reached, resets at 22:10 (UTC)", null],
  ["usage limit reached, resets at 22:09 (UTC)", null],
  ["usage limit reached, resets at 22:11 (UTC)", "2026-11-20T22:11:00.000Z"],
  ["Weekly limit reached ∙ resets Nov 24, 1pm (UTC)", null],
  ["usage limit reached, resets 3am (Nowhere/Land)", null],
  ["usage limit reached, resets 3 of them", null],
  ["API Error: 429 rate limited", null],
])("reads %j", (words, until) => {
  expect(resetIn(words, NOW)).toBe(until);
});
