import { describe, expect, it } from "vitest";
import { cureLines } from "./cure-lines.ts";

describe("what to do", () => {
  it("is broken between words, and what is to be copied never", () => {
    const set = "conductor config set orchestration.agents.claude.path /path/to/claude";
    expect(cureLines(`Install it, or say where it is:  ${set}     git status`, 30)).toEqual([
      "Install it, or say where it",
      "is:",
      `  ${set}`,
      "git status",
    ]);
    expect(cureLines("Use one of:  critical, high, medium, low", 30)).toEqual([
      "Use one of: critical, high,",
      "medium, low",
    ]);
    expect(cureLines(set, 30)).toEqual([set]);
    expect(cureLines("See it:  conductor trust", 30)).toEqual(["See it:  conductor trust"]);
  });
});
