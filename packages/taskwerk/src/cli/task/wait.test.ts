import { expect, it } from "vitest";
import { type } from "../typing.ts";

it("rests after a look that took long, and not beyond the end of its time", async () => {
  const clock = { ms: Date.parse("2026-11-20T12:00:00Z") };
  const ran = await type("wait TASK-001 --until done --timeout 3m", {
    now: () => {
      clock.ms += 60_000;
      return new Date(clock.ms);
    },
  });
  expect(ran.code).toBe(15);
  expect(ran.err).toMatch(/^error TIME_UP: the time is up: 1 of 1 are not done\./);
});
