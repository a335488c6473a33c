import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../model/agent.ts";
import { createWatch, type LoopNotice, type Watch } from "./watch.ts";

const did = (name: string, input: string, output = "ok", ok = true): AgentEvent => ({
  type: "tool",
  name,
  input,
  output,
  ok,
  hash: `${name} ${input}`,
  resultHash: `${ok} ${output}`,
});
const read = (path: string) => did("read", path, `content of ${path}`);
const test = (output: string, ok = false) => did("bash", "npm test", output, ok);

type Step = AgentEvent | { readonly tree: string } | "human";
function told(watch: Watch, steps: readonly Step[]): readonly (LoopNotice | null)[] {
  return steps.map((step) => {
    if (step === "human") watch.humanSpoke();
    else if ("tree" in step) watch.treeChanged(step.tree);
    else return watch.observe(step);
    return null;
  });
}
const noticed = (steps: readonly Step[]) => told(createWatch({ tree: "t0" }), steps).filter((one) => one !== null);

describe("a circle", () => {
  it("is the same action with the same result four times", () => {
    const steps = Array.from({ length: 4 }, () => did("bash", "cat a.ts", "line 1"));
    expect(told(createWatch(), steps.slice(0, 3))).toEqual([null, null, null]);
    expect(noticed(steps)).toEqual([
      {
        rule: "same-result",
        rung: "nudge",
        evidence: "bash cat a.ts was done 4 times with the same result and no file changed.\nIt printed:\nline 1",
      },
    ]);
  });

  it("is the same error three times", () => {
    const steps = Array.from({ length: 3 }, () => did("edit", "a.ts", "old text not found", false));
    expect(noticed(steps)).toMatchObject([{ rule: "same-error", rung: "nudge" }]);
  });

  it("is two actions in turn, and words in between change nothing", () => {
    const steps = Array.from({ length: 4 }, (_, i): readonly Step[] => [
      read("a.ts"),
      { type: "text", text: `now I really know, ${i}` },
      read("b.ts"),
      { type: "turn", n: i },
    ]).flat();
    expect(noticed(steps)).toMatchObject([{ rule: "same-result" }]);
  });

  it("is nudged once, then stopped", () => {
    const steps = Array.from({ length: 12 }, () => did("bash", "ls"));
    expect(noticed(steps).map(({ rung }) => rung)).toEqual(["nudge", "blocked", "blocked"]);
  });

  it("begins anew after a person's word", () => {
    const three = Array.from({ length: 3 }, () => did("bash", "ls"));
    expect(noticed([...three, "human", ...three])).toEqual([]);
    const four = [...three, did("bash", "ls")];
    expect(noticed([...four, "human", ...four]).map(({ rung }) => rung)).toEqual(["nudge", "nudge"]);
  });

  it("shows little of what was printed, and never half a character", () => {
    const steps = Array.from({ length: 4 }, () => did("bash", "x".repeat(500), "🦊".repeat(5000)));
    const [notice] = noticed(steps);
    expect(notice!.evidence.length).toBeLessThan(1200);
    expect(notice!.evidence).not.toMatch(/\p{Cs}/u);
  });
});

describe("no circle", () => {
  it.each<[string, readonly Step[]]>([
    ["one tool over many files", Array.from({ length: 40 }, (_, i) => read(`src/${i}.ts`))],
    ["many edits in one file", Array.from({ length: 40 }, (_, i) => did("edit", `a.ts: ${i} to ${i + 1}`, "edited"))],
    ["a header swept over many files", Array.from({ length: 40 }, (_, i) => did("bash", `sed -i 1iX ${i}.ts`, ""))],
    [
      "running the tests again after each edit, though they stay red in the same way",
      Array.from({ length: 10 }, (_, i) => [did("edit", `a.ts #${i}`, "edited"), test("2 failed")]).flat(),
    ],
    [
      "running the tests again after the tree changed, whatever changed it",
      Array.from({ length: 10 }, (_, i): readonly Step[] => [
        test("2 failed"),
        test("2 failed"),
        { tree: `t${i + 1}` },
      ]).flat(),
    ],
    ["polling with changing output", Array.from({ length: 30 }, (_, i) => did("bash", "curl status", `${i} %`))],
    [
      "coming back to one file between others",
      Array.from({ length: 10 }, (_, i) => [read("src/main.ts"), read(`src/${i}.ts`)]).flat(),
    ],
    [
      "the tests between looking at new files",
      Array.from({ length: 6 }, (_, i) => [test("2 failed"), read(`src/${i}.ts`)]).flat(),
    ],
    ["a flaky command that ends well the third time", [test("timeout"), test("timeout"), test("31 passed", true)]],
    ["notes and words alone", Array.from({ length: 20 }, (): AgentEvent => ({ type: "note", text: "still at it" }))],
  ])("is %s", (_, steps) => {
    expect(noticed(steps)).toEqual([]);
  });

  it("is any run of actions that never come twice", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 100 }), fc.boolean(), (inputs, ok) => {
        expect(noticed(inputs.map((input) => did("bash", input, "same", ok)))).toEqual([]);
      }),
    );
  });

  it("is ever reported while every result is new or every turn changes the tree", () => {
    const step = fc.constantFrom<Step>(read("a"), read("b"), test("red"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const progress = steps.flatMap((one, i): readonly Step[] => [one, { tree: `tree ${i}` }]);
        expect(noticed(progress)).toEqual([]);
      }),
    );
  });
});
