import { it } from "vitest";
import { liveThroughNight } from "./night.ts";

it("a night of ten tasks is told as it was, by every screen", () => liveThroughNight(10), 600_000);
