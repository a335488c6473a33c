import { expect, it } from "vitest";
import { planOf } from "./plan-metadata.ts";

it("reads what a plan left on its task", () => {
  const plan = { id: "p-1", requirements: ["R1"], source: "prd.md#L3", quote: "it flies", proofs: ["fly.test", null] };
  expect(planOf({ metadata: { plan } })).toEqual(plan);
});
it("is null where no plan made the task", () => {
  for (const metadata of [{}, { plan: null }, { plan: "p-1" }, { plan: {} }, { plan: { id: 7 } }])
    expect(planOf({ metadata })).toBeNull();
});
it("takes only what is of the right kind from a task that others wrote on", () => {
  const plan = { id: "p-1", requirements: ["R1", 2], source: 3, quote: {}, proofs: [1, "x"] };
  expect(planOf({ metadata: { plan } })).toEqual({
    id: "p-1",
    requirements: ["R1"],
    source: null,
    quote: null,
    proofs: [null, "x"],
  });
});
