import { describe, it } from "vitest";
import { countersAgree } from "../operations/test-counters.ts";

describe("counters and the ready view", () => {
  it(
    "agree with a plain model after every change: graphs, moves, groups, claims, defers, undo",
    () => countersAgree(50),
    180_000,
  );
});
