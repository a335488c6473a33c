import { expect, it } from "vitest";
import { makeFailpoint } from "./failpoint.ts";

const deathsOf = (wanted: string | undefined, visits: readonly ("after-claim" | "after-gate")[]): number => {
  let deaths = 0;
  const reach = makeFailpoint(wanted, () => {
    deaths += 1;
  });
  for (const visit of visits) reach(visit);
  return deaths;
};

it("dies at the named point, at the named visit, once", () => {
  expect(deathsOf("after-gate", ["after-claim", "after-gate", "after-gate"])).toBe(1);
  expect(deathsOf("after-gate:2", ["after-gate"])).toBe(0);
  expect(deathsOf("after-gate:2", ["after-gate", "after-gate", "after-gate"])).toBe(1);
});
it("never dies without a point, or at one that does not exist", () => {
  for (const wanted of [undefined, "", "frob", "after-gate:frob", "after-gate:0"])
    expect(deathsOf(wanted, ["after-claim", "after-gate", "after-gate"])).toBe(0);
});
