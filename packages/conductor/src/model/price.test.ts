import { expect, it } from "vitest";
import { costOf, priceOf } from "./price.ts";

const tokens = {
  inputTokens: 1_000_000,
  outputTokens: 100_000,
  cacheReadTokens: 1_000_000,
  cacheWriteTokens: 1_000_000,
};

it("adds up each kind of token at its own price", () => {
  expect(costOf(tokens, "claude-opus-5-5")).toBeCloseTo(4 + 2 + 0.2 + 5);
});

it("knows a dated id by the id before the date", () => {
  expect(priceOf("claude-haiku-5-5-20260801")).toEqual(priceOf("claude-haiku-5-5"));
});

it("says null, not 0, for a model without a price", () => {
  expect(costOf(tokens, "gpt-x")).toBeNull();
  expect(costOf(tokens, "constructor")).toBeNull();
});

it("takes the user's table instead", () => {
  expect(costOf(tokens, "own", { own: { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 } })).toBe(1);
});
