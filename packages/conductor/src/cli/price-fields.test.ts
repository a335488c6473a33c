import { expect, it } from "vitest";
import { costOf, PRICES } from "../model/price.ts";
import { pricesOf } from "./price-fields.ts";

const tokens = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

it("a price of one's own takes the place of the known one, and stands beside the others", () => {
  const [known] = Object.keys(PRICES);
  const own = { input: 3, output: 9, cache_read: 0.3, cache_write: 4 };
  const table = pricesOf({
    prices: [
      { model: known!, ...own },
      { model: "my-model", ...own },
    ],
  });
  expect([costOf(tokens, known!, table), costOf(tokens, "my-model", table)]).toEqual([3, 3]);
  expect(costOf(tokens, "my-model", pricesOf({}))).toBeNull();
  expect(Object.keys(table)).toHaveLength(Object.keys(PRICES).length + 1);
});
