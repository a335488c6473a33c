import { expect, it } from "vitest";
import type { Excess } from "../model/command.ts";
import type { ControlGroup } from "./control-group.ts";
import { watchUse } from "./use-watch.ts";

const limits = { memoryBytes: 2 ** 40, processes: 100_000, diskBytes: 2 ** 40 };
const TOO_MUCH: Excess = { limit: "memory", reason: "it held too much" };

/** A group that answers these in turn, the last one from then on; an error is thrown. */
function group(...answers: readonly (Excess | Error | null)[]): ControlGroup & { asked: number } {
  return {
    launcher: [],
    asked: 0,
    async excess() {
      const answer = answers[Math.min(this.asked, answers.length - 1)]!;
      this.asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    end: async () => undefined,
  };
}
const overOf = (one: ControlGroup | null, more: Partial<typeof limits> = {}): Promise<Excess> =>
  new Promise((over) => {
    watchUse({ pid: process.pid, writes: [], limits: { ...limits, ...more }, group: one, over });
  });

it("goes on after a look that failed, for the one that it failed at and for all others", async () => {
  const broken = group(new Error("gone"), new Error("gone"), TOO_MUCH);
  const [first, second] = await Promise.all([overOf(broken), overOf(group(null, null, null, TOO_MUCH))]);
  expect([first, second]).toEqual([TOO_MUCH, TOO_MUCH]);
  expect(broken.asked).toBe(3);
});

it("counts the processes of a group that can no longer be asked", async () => {
  const excess = await overOf(group(new Error("gone")), { memoryBytes: 1 });
  expect(excess).toMatchObject({ limit: "memory", reason: expect.stringContaining("limits.memory") });
});
