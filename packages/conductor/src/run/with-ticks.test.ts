import { expect, it } from "vitest";
import { withTicks } from "./with-ticks.ts";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("gives every value in order, and ticks only where nothing comes", async () => {
  async function* slow() {
    yield 1;
    yield 2;
    await later(200);
    yield 3;
  }
  const heard: (number | "tick")[] = [];
  for await (const one of withTicks(slow(), 10)) heard.push(one);
  expect(heard.filter((one) => one !== "tick")).toEqual([1, 2, 3]);
  expect(heard.slice(0, 2)).toEqual([1, 2]);
  expect(heard[2]).toBe("tick");
});

it("hands on what the source throws", async () => {
  // biome-ignore lint/correctness/useYield: it fails before.
  async function* broken(): AsyncGenerator<number> {
    throw new Error("out of luck");
  }
  const all = async () => {
    for await (const one of withTicks(broken(), 1_000)) void one;
  };
  await expect(all()).rejects.toThrow("out of luck");
});
