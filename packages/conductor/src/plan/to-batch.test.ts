import { ImportRow } from "@taskwerk/contract/import-tasks";
import { expect, it } from "vitest";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";
import { importIdempotencyKey, toBatch } from "./to-batch.ts";

const plan = samplePlan(
  [
    sampleTask("g.a", {
      parent: "g",
      requirements: ["R1"],
      acceptance: [{ text: "it runs", proof: "npm test" }],
      files: ["src/a.ts"],
    }),
    sampleTask("g"),
    sampleTask("z", { depends_on: ["g"], done: true, estimate_minutes: 20, type: "docs" }),
  ],
  { requirements: [sampleRequirement("R1")] },
);

it("gives rows that taskwerk takes, parents first, keyed by plan and task", () => {
  const rows = toBatch(plan);
  for (const row of rows) expect(ImportRow.parse(row)).toEqual(row);
  expect(rows.map(({ key, ref, parent, depends_on, status }) => ({ key, ref, parent, depends_on, status }))).toEqual([
    { key: "prd-0a1b2c/g", ref: "prd-0a1b2c/g", parent: undefined, depends_on: [], status: "todo" },
    { key: "prd-0a1b2c/g.a", ref: "prd-0a1b2c/g.a", parent: "prd-0a1b2c/g", depends_on: [], status: "todo" },
    { key: "prd-0a1b2c/z", ref: "prd-0a1b2c/z", parent: undefined, depends_on: ["prd-0a1b2c/g"], status: "done" },
  ]);
  expect(importIdempotencyKey(plan)).toBe("prd-0a1b2c");
});

it("tells each task where it comes from and what proves it", () => {
  expect(toBatch(plan)[1]?.metadata).toEqual({
    plan: expect.objectContaining({
      id: "prd-0a1b2c",
      key: "g.a",
      requirements: ["R1"],
      source: "prd.md#L1",
      quote: "# PRD",
      proofs: ["npm test"],
    }),
  });
});

it("refuses gaps unless they are allowed, and errors always", () => {
  const gap = { ...plan, requirements: [...plan.requirements, sampleRequirement("R2")] };
  expect(() => toBatch(gap)).toThrow(expect.objectContaining({ code: "POLICY_UNMET" }));
  expect(toBatch(gap, { allowGaps: true })).toHaveLength(3);
  const wrong = samplePlan([sampleTask("a", { depends_on: ["x"] })]);
  expect(() => toBatch(wrong, { allowGaps: true })).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
});
