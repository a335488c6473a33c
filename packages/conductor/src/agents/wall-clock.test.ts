import { expect, it, vi } from "vitest";
import { wallClock } from "./wall-clock.ts";

const turnsOfTheLoop = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

it("expires once, also where somebody waits on afterwards", async () => {
  const expire = vi.fn();
  const clock = wallClock(0, expire);
  await vi.waitFor(() => expect(expire).toHaveBeenCalledTimes(1));
  clock.pause();
  clock.go();
  await turnsOfTheLoop();
  expect(expire).toHaveBeenCalledTimes(1);
});

it("stands still while it is paused, and never goes on once it was stopped", async () => {
  const expire = vi.fn();
  const clock = wallClock(0, expire);
  clock.pause();
  clock.pause();
  clock.go();
  await turnsOfTheLoop();
  clock.stop();
  clock.go();
  await turnsOfTheLoop();
  expect(expire).not.toHaveBeenCalled();
});
