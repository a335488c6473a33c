import { expect, it } from "vitest";
import { damage } from "./test-corruption.ts";

it("db check notices nearly all damage to bytes that hold something", async () => {
  const { found, missed } = await damage(20, 20_270_301);
  expect(missed.length, `missed at ${missed.join(", ")}, found ${found}`).toBeLessThanOrEqual(1);
}, 120_000);
