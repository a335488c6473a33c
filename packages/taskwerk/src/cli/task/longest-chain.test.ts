import { expect, it } from "vitest";
import { task } from "../typing.ts";
import { longestChain } from "./longest-chain.ts";

const step = (id: string, depends_on: readonly string[], estimate_minutes: number | null = 60, closed = false) =>
  task({
    id,
    depends_on: [...depends_on],
    estimate_minutes,
    ...(closed ? { status: "done" as const, category_of_status: "closed" as const } : {}),
  });

it("is the most open tasks one after the other, and how long they take", () => {
  const tasks = [step("a", [], 60, true), step("b", ["a"]), step("c", ["b", "e"]), step("d", ["c"]), step("e", [])];
  expect(longestChain(tasks)).toEqual({ ids: ["b", "c", "d"], minutes: 180 });
});

it("takes the longer of two that are as many, and says no time where one is not estimated", () => {
  expect(longestChain([step("a", [], 30), step("b", ["a"]), step("x", [], 90), step("y", ["x"])])).toEqual({
    ids: ["x", "y"],
    minutes: 150,
  });
  expect(longestChain([step("a", [], null), step("b", ["a"])])).toEqual({ ids: ["a", "b"], minutes: null });
  expect(longestChain([])).toEqual({ ids: [], minutes: 0 });
});

it("follows a chain of thousands", () => {
  const tasks = Array.from({ length: 3000 }, (_, n) => step(`${n}`, n === 2999 ? [] : [`${n + 1}`], 1));
  expect(longestChain(tasks)).toMatchObject({ minutes: 3000 });
});
