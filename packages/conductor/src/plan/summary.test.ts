import { expect, it } from "vitest";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";
import { summarizePlan } from "./summary.ts";

it("shows the tree by numbers, what covers what, questions, order and longest chain", () => {
  const summary = summarizePlan(
    samplePlan(
      [
        sampleTask("crawl", { title: "Crawl" }),
        sampleTask("links", {
          parent: "crawl",
          title: "Parse links",
          complexity: 5,
          requirements: ["R1"],
          estimate_minutes: 30,
        }),
        sampleTask("report", {
          title: "Report",
          depends_on: ["crawl"],
          complexity: 2,
          questions: ["Which format?"],
          estimate_minutes: 10,
        }),
      ],
      { requirements: [sampleRequirement("R1"), sampleRequirement("R2")], questions: ["Who pays?"] },
    ),
  );
  expect(
    summary.rows.map(({ number, depth, title, size, after, from, questions }) => [
      number,
      depth,
      title,
      size,
      after,
      from,
      questions,
    ]),
  ).toEqual([
    ["1", 1, "Crawl", null, [], ["prd.md#L1"], []],
    ["1.1", 2, "Parse links", "M", [], ["R1"], []],
    ["2", 1, "Report", "S", ["1"], ["prd.md#L1"], ["Q1"]],
  ]);
  expect(summary.coverage.must).toEqual({ total: 2, covered: 1 });
  expect(summary.gaps.map(({ about }) => about)).toEqual([["R2"]]);
  expect(summary.questions.map(({ id, number, text }) => [id, number, text])).toEqual([
    ["Q1", "2", "Which format?"],
    ["Q2", null, "Who pays?"],
  ]);
  expect(summary.order).toEqual([["1.1"], ["2"]]);
  expect(summary.longest).toEqual(["1.1", "2"]);
  expect(summary.counts).toEqual({ tasks: 3, leaves: 2, open: 2, done: 0 });
  expect(summary.estimateMinutes).toBe(40);
  expect(summary.settled).toBe(false);
});

it("shows every task of a broken plan too", () => {
  const summary = summarizePlan(
    samplePlan([
      sampleTask("a", { parent: "nowhere" }),
      sampleTask("b", { parent: "c" }),
      sampleTask("c", { parent: "b" }),
    ]),
  );
  expect(summary.rows).toHaveLength(3);
  expect(summary.problems.some(({ severity }) => severity === "error")).toBe(true);
});
