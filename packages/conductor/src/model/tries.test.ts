import { expect, it } from "vitest";
import type { AttemptState } from "./state.ts";
import { triesOf } from "./tries.ts";

const attempt = (one: Partial<AttemptState>): AttemptState =>
  ({ interactions: { assignment: 1 }, end: null, endedAt: null, ...one }) as AttemptState;

it("counts each time that an agent was given the task, and once an attempt that has just begun", () => {
  expect(triesOf([])).toBe(0);
  expect(triesOf([attempt({ interactions: {} })])).toBe(1);
  expect(triesOf([attempt({ interactions: { assignment: 3 } }), attempt({ end: "done", endedAt: "2026-01-01" })])).toBe(
    4,
  );
});

it.each(["auth", "rate_limited"] as const)(
  "does not count what the provider refused (%s), once nobody waits for it any more",
  (end) => {
    expect(triesOf([attempt({ end, endedAt: "2026-01-01" })])).toBe(0);
    expect(triesOf([attempt({ end, endedAt: "2026-01-01", interactions: { assignment: 2 } })])).toBe(1);
    expect(triesOf([attempt({ end })])).toBe(1);
  },
);
