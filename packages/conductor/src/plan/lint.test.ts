import { describe, expect, it } from "vitest";
import type { RequirementLevel } from "../model/plan.ts";
import { lintRequirements } from "./lint.ts";
import { sampleRequirement } from "./sample-plan.ts";

const said = (...texts: readonly string[]) =>
  texts.map((text, index) => {
    const level: RequirementLevel = /\bSHOULD\b/.test(text) ? "should" : /\bMAY\b/.test(text) ? "may" : "must";
    return sampleRequirement(`R${index + 1}`, { text, level, source: `prd.md#L${index + 10}`, quote: text });
  });
const found = (...texts: readonly string[]) =>
  lintRequirements(said(...texts)).map(({ rule, message }) => `${rule}: ${message}`);

describe("linting requirements", () => {
  it.each([
    ["The page MUST load in a reasonable time", 'vague: R1 "reasonable" cannot be tested (prd.md#L10)'],
    ["The page MUST load quickly", 'vague: R1 "quickly" cannot be tested (prd.md#L10)'],
    ["Errors MUST be handled gracefully", 'vague: R1 "gracefully" cannot be tested (prd.md#L10)'],
    ["The limit MUST be TBD", "open-end: R1 is not decided yet (prd.md#L10)"],
    ["The limit MUST be kept, its size is to be determined", "open-end: R1 is not decided yet (prd.md#L10)"],
  ])("says of %s what is wrong and where", (text, finding) => {
    expect(found(text)).toEqual([finding]);
  });

  it.each([
    "The page MUST load quickly, within 200 ms",
    "The log MUST name who changed an entry",
    "A host MUST be able to announce 40 guests",
  ])("has nothing to say of %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("says which two cannot both be met, and where they stand", () => {
    expect(
      found(
        "The relay MUST keep deleted entries of a feed",
        "A page MUST appear within 2 seconds on a slow phone of 2019",
        "The relay MUST NOT keep deleted entries of a feed",
        "A page MUST appear within 5 seconds on a slow phone of 2019",
        "Photos of members MUST be made smaller",
        "Photos of members SHOULD be made smaller",
        "Every label MUST carry the name of its sender",
        "Every label MUST carry the name of its sender.",
      ),
    ).toEqual([
      "contradiction: R1 (prd.md#L10) and R3 (prd.md#L12) ask for the opposite",
      "contradiction: R2 (prd.md#L11) and R4 (prd.md#L13) say 2 seconds and 5 seconds",
      "contradiction: R5 (prd.md#L14) and R6 (prd.md#L15) ask for the same, as MUST and as SHOULD",
      "said-twice: R7 (prd.md#L16) and R8 (prd.md#L17) ask for the same",
    ]);
  });

  it("takes a series for no quarrel", () => {
    const series = Array.from({ length: 300 }, (_, n) => `The desk MUST keep record ${n + 1} of the register`);
    expect(found(...series)).toEqual([]);
    expect(found("Port 80 MUST be open to guests", "Port 443 MUST be open to guests")).toEqual([]);
  });

  it("says what a non-goal rules out", () => {
    const requirements = said("Members MUST be able to send a payment online", "Online payment MUST NOT be offered");
    expect(lintRequirements(requirements, ["Online payments. Rooms are paid for with the fee."])).toMatchObject([
      { rule: "unwanted", about: ["R1"], message: expect.stringContaining("(prd.md#L10)") },
    ]);
  });

  it("names the MUSTs that say no way to tell, with their lines", () => {
    const bare = said("It MUST fly", "It MUST land").map((requirement) => ({ ...requirement, acceptance: [] }));
    expect(lintRequirements(bare).map(({ message }) => message)).toEqual([
      "no acceptance is written for R1 (prd.md#L10), R2 (prd.md#L11)",
    ]);
    const byHand = bare.slice(0, 1).map((requirement) => ({ ...requirement, source: "" }));
    expect(lintRequirements(byHand).map(({ message }) => message)).toEqual(["no acceptance is written for R1"]);
  });
});
