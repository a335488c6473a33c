import { describe, it } from "vitest";
import { close, drain, write } from "./contention.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();

describe("many processes on one store", () => {
  it("64 that claim and finish 2,000 dependent tasks have 2,000 different winners", () => drain(at.rig, 64, 2_000));

  it("20 that change one task 200 times each lose nothing", () => write(at.rig, 20, 200));

  it("two at once never close a cycle, 60 times", () => close(at.rig, 60));
});
