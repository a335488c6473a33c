import type { Note } from "@taskwerk/contract/client";
import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BriefParts, briefOf, tokensOf } from "./brief.ts";

const task = (fields: Partial<Task>): Task =>
  ({
    id: "TASK-001",
    title: "t",
    description: null,
    status: "todo",
    status_reason: null,
    priority: "medium",
    due_at: null,
    estimate_minutes: null,
    actual_minutes: 0,
    tags: [],
    capabilities: [],
    acceptance: [],
    files: [],
    links: [],
    ...fields,
  }) as Task;
const note = (text: string, type = "comment", at = "2027-03-01T12:00:00.000Z"): Note => ({
  id: text,
  task: "TASK-001",
  type,
  text,
  at,
  by: "me",
});
const criterion = (n: number, text: string) => ({ n, text, checked: n === 1, evidence: n === 1 ? "test a" : null });

const PARTS: BriefParts = {
  task: task({
    id: "TASK-001.2",
    title: "Limit requests per host",
    priority: "high",
    due_at: "2027-03-05T22:59:59.999Z",
    description: "Queue by host name.\n\n# Not a heading of the brief",
    acceptance: [criterion(1, "At most 4 at once"), criterion(2, "A flag")],
    files: ["src/fetch/**"],
  }),
  notes: [note("first"), note("Default 4, not 8.", "decision"), note("last", "progress")],
  goal: [task({ id: "TASK-001", title: "Crawl", description: "Read every page.\n\nMore." })],
  outcomes: [
    {
      task: task({
        id: "TASK-001.1",
        title: "Parse links",
        status: "done",
        evidence: { commit: "4be1c02" },
        links: [{ type: "commit", target: "4be1c02" }],
      }),
      note: note("parse() gives absolute URLs"),
    },
  ],
  waiting: [task({ id: "TASK-002.3", title: "Cache" })],
};

describe("a brief", () => {
  it("has all of it where there is room", () => {
    expect(briefOf(PARTS, 4000).text).toMatchInlineSnapshot(`
      "# TASK-001.2 Limit requests per host
      todo, high; due 2027-03-05

      ## What is to be done

      > Queue by host name.
      >
      > # Not a heading of the brief

      ## Done when

      - [x] 1. At most 4 at once (test a)
      - [ ] 2. A flag

      ## Part of

      - TASK-001 Crawl
        > Read every page.

      ## Builds on

      - TASK-001.1 Parse links (done): commit 4be1c02
        > parse() gives absolute URLs

      ## Files

      - src/fetch/**

      ## Notes, decisions first

      - 2027-03-01T12:00Z me, decision:
        > Default 4, not 8.
      - 2027-03-01T12:00Z me, progress:
        > last
      - 2027-03-01T12:00Z me, comment:
        > first

      ## Waits for it

      - TASK-002.3 Cache (todo)
      "
    `);
  });

  it("says what it left out, and keeps what was decided before what was said", () => {
    const notes = Array.from({ length: 40 }, (_, n) => note(`remark ${n} ${"x".repeat(60)}`));
    const brief = briefOf({ ...PARTS, notes: [note("the decision", "decision"), ...notes] }, 500);
    expect(brief.text).toContain("the decision");
    expect(brief.text).toMatch(/Left out to keep to 500 tokens: \d+ of notes/);
    expect(brief.text).toContain("remark 39");
    expect(brief.text).not.toContain("remark 0 ");
  });

  it("never takes more than its budget, and is the same each time", () => {
    const words = fc.string({ maxLength: 3000, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 3000 }),
        words,
        words,
        fc.array(words, { maxLength: 8 }),
        fc.array(words, { maxLength: 8 }),
        (budget, title, description, notes, criteria) => {
          const parts = {
            ...PARTS,
            task: task({
              title: `t${title.slice(0, 499)}`,
              description,
              acceptance: criteria.map((text, at) => criterion(at + 1, text)),
              files: criteria,
            }),
            notes: notes.map((text) => note(text)),
          };
          const brief = briefOf(parts, budget);
          expect(brief.tokens).toBe(tokensOf(brief.text));
          expect(brief.tokens).toBeLessThanOrEqual(budget);
          expect(brief.text.startsWith("# TASK-001 t")).toBe(true);
          expect(briefOf(parts, budget)).toEqual(brief);
        },
      ),
      { numRuns: 200 },
    );
  });
});
