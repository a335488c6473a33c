import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../../model/agent.ts";
import type { LoopNotice } from "../../model/loop.ts";
import { createWatch, type Watch } from "./watch.ts";

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
  return steps.map((step, at) => {
    if (step === "human") watch.humanSpoke(at);
    else if ("tree" in step) return watch.tree(step.tree, at);
    else return watch.observe(step, at);
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
        evidence: "bash cat a.ts was done 4 times with the same result and no file changed.\nIt printed:\nline 1",
      },
    ]);
  });

  it("is two actions in turn, and words in between change nothing", () => {
    const steps = Array.from({ length: 3 }, (_, i): readonly Step[] => [
      read("a.ts"),
      { type: "text", text: `now I really know, ${i}` },
      read("b.ts"),
      { type: "turn", n: i },
    ]).flat();
    expect(noticed(steps)).toEqual([
      {
        rule: "cycle",
        evidence: "The same 2 actions were done 3 times in turn, with the same results: read a.ts, then read b.ts.",
      },
    ]);
  });

  it("is one turn of many actions again and again", () => {
    const turn = (n: number): readonly Step[] => [
      ...Array.from({ length: 8 }, (_, i) => read(`${i}.ts`)),
      { type: "turn", n },
    ];
    expect(noticed([...turn(1), ...turn(2)])).toEqual([]);
    expect(noticed([...turn(1), ...turn(2), ...turn(3)])).toMatchObject([{ rule: "cycle" }]);
  });

  it("is said once, and counted anew", () => {
    const steps = Array.from({ length: 12 }, () => did("bash", "ls"));
    expect(noticed(steps)).toHaveLength(3);
  });

  it("begins anew after a person's word", () => {
    const three = Array.from({ length: 3 }, () => did("bash", "ls"));
    expect(noticed([...three, "human", ...three])).toEqual([]);
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
    [
      "putting work aside once to see the old behaviour, and taking it up again",
      [{ tree: "t1" }, test("1 failed"), { tree: "t0" }, test("2 failed"), { tree: "t1" }, test("1 failed")],
    ],
    [
      "fewer and fewer failing tests where no file that git sees has changed",
      [3, 3, 2, 2, 1, 1].map((n) =>
        test(Array.from({ length: n }, (_, i) => `not ok ${i + 1} - case ${i}`).join("\n")),
      ),
    ],
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

  it("is ever reported while every turn changes the tree to a new one", () => {
    const step = fc.constantFrom<Step>(read("a"), read("b"), test("red"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const progress = steps.flatMap((one, i): readonly Step[] => [one, { tree: `tree ${i}` }]);
        expect(noticed(progress)).toEqual([]);
      }),
    );
  });
});

describe("the checkpoint", () => {
  const after = (steps: readonly Step[]): string | null => {
    const watch = createWatch({ tree: "t0" });
    told(watch, steps);
    return watch.checkpoint;
  };
  const red = (n: number) => test(Array.from({ length: n }, (_, i) => `not ok ${i + 1} - case ${i}`).join("\n"));

  it("is the newest tree that was new, where no test has run", () => {
    expect(after([{ tree: "t1" }, { tree: "t2" }, { tree: "t1" }])).toBe("t2");
  });
  it("is the newest of the trees with the fewest failing tests", () => {
    expect(after([red(2), { tree: "t1" }, red(1), { tree: "t2" }, red(3), { tree: "t3" }])).toBe("t1");
  });
});
