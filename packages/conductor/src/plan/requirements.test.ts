import { describe, expect, it } from "vitest";
import type { PlanDocument } from "./read/document.ts";
import { readMarkdown } from "./read/markdown.ts";
import { extractRequirements } from "./requirements.ts";

const documentOf = (...lines: readonly string[]): PlanDocument => {
  const text = lines.join("\n");
  return { path: "p.md", format: "markdown", sha256: "", text, lines, blocks: readMarkdown(text), hidden: [] };
};
const asked = (...lines: readonly string[]) =>
  extractRequirements([documentOf(...lines)]).requirements.map(
    ({ level, text, source }) => `${level} ${source} ${text}`,
  );

describe("what a document asks for", () => {
  it.each<[string, readonly string[]]>([
    ["an introduction", ["## Overview", "", "Writers must be patient. Pages have to load."]],
    ["an example", ["## Build", "", "Example: the page must be blue.", "", "For example, it MUST be blue."]],
    [
      "what goes on after a figure in an example",
      ["## Build", "", "For example,", "", "```", "x", "```", "", "and it must be blue."],
    ],
    ["words in brackets", ["## Build", "", "(It must not look like this.)"]],
    [
      "a note on the key words",
      ["## Build", "", 'The key words "MUST" and "MAY" are to be understood as in RFC 2119.'],
    ],
    [
      "options, risks and what was rejected",
      ["## Options considered", "", "- It must be bought", "## Risks", "", "- It must not fail"],
    ],
    ["non-goals", ["## Non-goals", "", "- It must not fly"]],
    ["a question", ["## Build", "", "- Must it be blue?"]],
    ["what others said", ["## Build", "", "> It MUST be blue."]],
    ["how it is judged afterwards", ["## How we know it worked", "", "- Calls must fall by half"]],
    ["people it is for", ["## Who it is for", "", "- Teachers who need to find a room"]],
    ["notes of a meeting", ["## Notes from the first talk", "", "- Tom must have it blue"]],
  ])("is not in %s", (_, lines) => {
    expect(asked("# Shop", "", "## Core", "", "- It MUST open", "", ...lines)).toEqual(["must p.md#L5 It MUST open"]);
  });

  it.each([
    "Links",
    "Notes",
    "Risks",
    "Timeline",
    "Out of scope",
    "Examples",
    "Open questions",
    "Goals",
    "Roadmap",
    "Budget",
  ])("is under requirements whatever the document is called: %s", (title) => {
    expect(asked(`# ${title}`, "", "## Requirements", "", "- R1: It MUST open")).toEqual(["must p.md#L5 It MUST open"]);
  });

  it("is in a chapter without a kind of its own under a title such as Notes", () => {
    expect(asked("# Notes", "", "## Doors", "", "- It MUST open", "", "## Risks", "", "- It MUST NOT fail")).toEqual([
      "must p.md#L5 It MUST open",
    ]);
  });

  it("is not in a chapter of links beside others", () => {
    expect(asked("# Shop", "", "- It MUST open", "", "# Links", "", "## Parts", "", "- It MUST fly")).toEqual([
      "must p.md#L3 It MUST open",
    ]);
  });

  it("is in sentences and items, with MUST, SHOULD and MAY in capitals or not", () => {
    expect(
      asked(
        "# Shop",
        "",
        "## Doors",
        "",
        "The door must open. It SHOULD close. It MAY squeak, and it may rain.",
        "It may snow.",
        "",
        "- A bell rings",
        "- A guest may knock",
      ),
    ).toEqual([
      "must p.md#L5 The door must open.",
      "should p.md#L5 It SHOULD close.",
      "may p.md#L5 It MAY squeak, and it may rain.",
      "should p.md#L8 A bell rings",
      "may p.md#L9 A guest may knock",
    ]);
  });

  it("is not in the steps of a schedule, unless nothing else asks for anything", () => {
    const schedule = ["## Phase 1: Doors", "", "- Hang the door", "- It MUST open"];
    expect(asked("# Shop", "", "## Needs", "", "- A door", "", ...schedule)).toEqual([
      "should p.md#L5 A door",
      "must p.md#L10 It MUST open",
    ]);
    expect(asked("# Shop", "", "## Goals", "", "- Wealth", "", "## Phase 1: Doors", "", "- Hang the door")).toEqual([
      "should p.md#L9 Hang the door",
    ]);
  });

  it("takes constraints as binding", () => {
    expect(asked("# Shop", "", "## Constraints", "", "- Node 20 only")).toEqual(["must p.md#L5 Node 20 only"]);
  });

  it("collects questions from where they stand, and what is not yet clear", () => {
    const document = documentOf(
      "# Shop",
      "",
      "## Open questions",
      "",
      "- Who pays?",
      "",
      "## Build",
      "",
      "- R1: It MUST keep photos [NEEDS CLARIFICATION: for how long?]",
      "- What happens at night?",
    );
    const { questions, requirements } = extractRequirements([document]);
    expect(questions).toEqual(["Who pays?", "It MUST keep photos: for how long?", "What happens at night?"]);
    expect(requirements.map(({ id }) => id)).toEqual(["R1"]);
  });

  it("quotes at most 2,000 characters of a line, and refuses what nobody could review", () => {
    const sentence = "The page must be read by somebody. ";
    const { requirements } = extractRequirements([documentOf("# A", "", sentence.repeat(500))]);
    expect(requirements).toHaveLength(500);
    expect(requirements[499]?.quote).toBe(sentence.repeat(500).slice(0, 2_000));
    expect(() => extractRequirements([documentOf("# A", "", sentence.repeat(10_001))])).toThrow(
      expect.objectContaining({ code: "PRD_UNREADABLE", message: expect.stringContaining("10,001 things") }),
    );
  });

  it("keeps ids over changes elsewhere, and numbers what is said twice", () => {
    const lines = ["# Shop", "", "## Build", "", "- It MUST open", "- It MUST close", "- It MUST open"];
    const ids = (all: readonly string[]) => extractRequirements([documentOf(...all)]).requirements.map(({ id }) => id);
    const [open, close, again] = ids(lines);
    expect(again).toBe(`${open}-2`);
    expect(ids([...lines.slice(0, 4), "- It MUST ring", ...lines.slice(4)]).slice(1)).toEqual([open, close, again]);
  });
});
