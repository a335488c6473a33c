import { it } from "vitest";
import { liveThroughNight } from "./night.ts";

it("a night of ten tasks is told as it was, by every screen", { tags: ["long"], timeout: 600_000 }, () =>
  liveThroughNight(10),
);
