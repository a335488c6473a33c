import { describe, expect, it } from "vitest";
import { newUid, uidMaker } from "./uid.ts";

describe("uids", () => {
  it("are ULIDs, each greater than the one before, also when the clock steps back", () => {
    const times = [1000, 1000, 1000, 500, 2000, 1999];
    const make = uidMaker(
      () => times.shift()!,
      (bytes) => bytes.fill(255),
    );
    const uids = Array.from({ length: 6 }, make);
    expect(uids).toEqual([...uids].sort());
    expect(new Set(uids).size).toBe(6);
    for (const uid of uids) expect(uid).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it("differ", () => {
    expect(new Set(Array.from({ length: 10_000 }, newUid)).size).toBe(10_000);
  });
});
