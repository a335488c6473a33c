import type { ConfigRecord, ConfigValues, RecordSpec } from "@taskwerk/config/schema";
import { PRICES, type PriceTable } from "../model/price.ts";

const usd = (describe: string) => ({ type: "number", least: 0, most: 100_000, describe, required: true }) as const;

/** What a price in the list `prices` takes, in US dollars for a million tokens. */
export const PRICE_RECORD = {
  key: "model",
  fields: {
    model: { type: "name", describe: "The model's id, without a date behind it.", required: true },
    input: usd("What it is told."),
    output: usd("What it says."),
    cache_read: usd("What it is told again from its cache."),
    cache_write: usd("What is put into its cache."),
  },
} as const satisfies RecordSpec;

/** What models cost: the known ones, and over them what the user says. */
export function pricesOf(config: ConfigValues): PriceTable {
  const records = (config.prices ?? []) as readonly ConfigRecord[];
  const own = records.map(({ model, input, output, cache_read, cache_write }) => [
    String(model),
    { input: Number(input), output: Number(output), cacheRead: Number(cache_read), cacheWrite: Number(cache_write) },
  ]);
  return { ...PRICES, ...(Object.fromEntries(own) as PriceTable) };
}
