import fc from "fast-check";
import { expect, it } from "vitest";
import { checkPlan } from "../../check.ts";
import type { PlanDocument } from "../../read/document.ts";
import { readMarkdown } from "../../read/markdown.ts";
import { extractRequirements } from "../../requirements.ts";
import { outline } from "./outline.ts";

const documentOf = (lines: readonly string[]): PlanDocument => {
  const text = lines.join("\n");
  return { path: "p.md", format: "markdown", sha256: "", text, lines, blocks: readMarkdown(text), hidden: [] };
};

const word = fc.constantFrom(
  "parse",
  "links",
  "report",
  "table",
  "cache",
  "T001",
  "T002",
  "R1",
  "FR-002",
  "phase 1",
  "setup",
);
const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("#", "##", "###", "####"),
      fc.constantFrom("", "1.1 ", "Phase 1: ", "Phase 2: ", "Feature 1: ", "User Story 1 - "),
      phrase,
    )
    .map(([mark, kind, text]) => `${mark} ${kind}${text}`),
  fc.constantFrom(
    "## Non-Goals",
    "## Success Criteria",
    "## Requirements",
    "### Overview",
    "## Dependencies",
    "**Pros:**",
    "**Acceptance criteria:**",
    "",
  ),
  fc
    .tuple(
      fc.constantFrom("", "  ", "    "),
      fc.constantFrom("- ", "1. ", "- [ ] ", "- [x] [P] ", "- **R1**: ", "- T001 [P] [US1] "),
      phrase,
      fc.constantFrom("", " depends on ", " after ", " must ", " blocks "),
      phrase,
    )
    .map((parts) => parts.join("")),
  phrase.map((text) => `The system MUST ${text}.`),
  phrase.map((text) => `${text}: depends on ${text}`),
  fc.constant(
    "| ID | Requirement | Priority | Depends on |\n|--|--|--|--|\n| R1 | parse | must | R2 |\n| R2 | report | could | R1 |",
  ),
);

it("never makes a plan with errors or uncovered MUSTs, whatever the document is like, at any depth", () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 3 }), (parts, maxDepth) => {
      const document = documentOf(parts.join("\n").split("\n"));
      const { requirements } = extractRequirements([document]);
      let tasks: ReturnType<typeof outline>["tasks"];
      try {
        tasks = outline({ documents: [document], requirements, maxDepth }).tasks;
      } catch (error) {
        expect(error).toMatchObject({ code: "PLAN_INVALID" });
        expect(requirements.filter(({ level }) => level === "must")).toEqual([]);
        return;
      }
      const problems = checkPlan({ tasks, requirements }, { maxDepth }).filter(
        ({ severity }) => severity !== "warning",
      );
      expect(problems).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
