import { describe, expect, it } from "vitest";
import type { Problem } from "./check-value.ts";
import { checkFields } from "./fields.ts";

const NAMES = new Set([
  "title",
  "description",
  "tags",
  "acceptance",
  "metadata",
  "estimate_minutes",
  "due_at",
  "status",
  "ref",
]);
const check = (input: Record<string, unknown>) => {
  const problems: Problem[] = [];
  const fields = checkFields(input, NAMES, new Date(0), (problem) => problems.push(problem));
  return { fields, problems };
};

describe("checkFields", () => {
  it("gives every field in one form", () => {
    const { fields, problems } = check({
      title: "  Fix it  ",
      description: "two\nlines",
      tags: ["a", "b", "a"],
      acceptance: ["works", { text: "fast", checked: true }],
      status: "Completed",
      ref: 7,
      due_at: null,
      metadata: { deep: [1] },
      estimate_minutes: undefined,
    });
    expect(problems).toEqual([]);
    expect(fields).toEqual({
      title: "Fix it",
      description: "two\nlines",
      tags: ["a", "b"],
      acceptance: [
        { text: "works", checked: false, evidence: null },
        { text: "fast", checked: true, evidence: null },
      ],
      status: "done",
      ref: "7",
      due_at: null,
      metadata: { deep: [1] },
    });
  });

  it("reports all that is wrong, each with its field", () => {
    const { problems } = check({ title: 7, tags: "a", acceptance: [{ txt: "x" }], status: "finished", __proto__x: 1 });
    expect(problems.map(({ field, code }) => [field, code])).toEqual([
      ["title", "VALIDATION_FAILED"],
      ["tags", "VALIDATION_FAILED"],
      ["acceptance", "VALIDATION_FAILED"],
      ["status", "INVALID_STATUS"],
      ["__proto__x", "VALIDATION_FAILED"],
    ]);
  });

  it("takes no name of every object's for a field", () => {
    expect(check(JSON.parse('{"__proto__": {"title": "x"}, "constructor": 1}')).problems).toHaveLength(2);
  });
});
