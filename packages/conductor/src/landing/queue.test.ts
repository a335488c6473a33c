import { describe, expect, it } from "vitest";
import { makeQueue } from "./queue.ts";

describe("the queue", () => {
  it("runs one job at a time in order, also after one that failed", async () => {
    const queue = makeQueue();
    const seen: string[] = [];
    const job =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const jobs = [queue.add(job("a")), queue.add(job("b", true)), queue.add(job("c"))];
    expect(queue.length).toBe(3);
    expect((await Promise.allSettled(jobs)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(queue.length).toBe(0);
  });
});
