import { widthOf } from "@taskwerk/terminal/width";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { samplePlan, sampleRequirement, sampleTask } from "../../plan/sample-plan.ts";
import type { Key } from "../key.ts";
import { keyReader } from "../key.ts";
import { textOf } from "../line.ts";
import { askLeft } from "./ask-save.ts";
import { drawReview } from "./draw.ts";
import { press } from "./press.ts";
import { isUnsaved, type ReviewState, startReview } from "./state.ts";

const PLAN = samplePlan(
  [
    sampleTask("a", { title: "Group" }),
    sampleTask("a.1", { parent: "a", title: "链接 first", requirements: ["R1"], questions: ["Why?", "How?"] }),
    sampleTask("a.2", {
      parent: "a",
      title: "\u001b]52;c;aGk=\u0007second",
      depends_on: ["a.1"],
      acceptance: [{ text: "it is", proof: null }],
    }),
    sampleTask("b", { title: "Last", depends_on: ["a"], estimate_minutes: 30 }),
  ],
  { requirements: [sampleRequirement("R1"), sampleRequirement("R2")], questions: ["Who?"], assumptions: ["Nobody"] },
);
const FILE = {
  file: "plan.yaml",
  making: { drafts: 2, cost: null },
  sources: new Map([["prd.md", { kind: "read" as const, lines: ["# PRD", "- R1", "- R2"] }]]),
};
const PAGE = { lines: 10 };

const keyOf = (word: string): Key => (word.length === 1 ? { name: "text", text: word } : ({ name: word } as Key));
const after = (words: readonly string[], from: ReviewState = startReview(PLAN, FILE)): ReviewState =>
  words.reduce((state, word) => press(state, keyOf(word), PAGE).state, from);
const keysOf = (state: ReviewState): readonly string[] => state.editing.plan.tasks.map(({ key }) => key);

describe("a key of the review", () => {
  it.each<[readonly string[], string]>([
    [["j", "j"], "a.2"],
    [["G"], "b"],
    [["G", "g"], "a"],
    [["h", "j"], "b"],
    [["z", "j"], "b"],
    [["j", "j", "h"], "a"],
    [["/", ..."last", "enter"], "b"],
    [["j", "/", ..."last", "escape"], "a.1"],
    [["/", ..."title nobody has", "escape"], "a"],
    [["]"], "a"],
    [["2", "]", "]"], "a.1"],
  ])("%j leads to %s", (words, at) => {
    expect(after(words).at).toBe(at);
  });

  it.each<[string, readonly string[], (state: ReviewState) => unknown, unknown]>([
    ["drops", ["j", "d"], keysOf, ["a", "a.2", "b"]],
    ["drops a group with what is under it", ["d"], keysOf, ["b"]],
    ["moves down", ["j", "J"], keysOf, ["a", "a.2", "a.1", "b"]],
    [
      "does not move past the end",
      ["G", "J"],
      (state) => [isUnsaved(state), state.message?.text],
      [false, "it is the last of its group already"],
    ],
    ["merges what is marked", ["j", "x", "j", "m"], keysOf, ["a", "a.2", "b"]],
    ["merges into the one that is picked", ["j", "m", "j", "enter"], keysOf, ["a", "a.2", "b"]],
    ["puts a task under another", ["G", ">"], (state) => state.editing.plan.tasks.at(-1)?.parent, null],
    [
      "takes a task out of its group",
      ["j", "<"],
      (state) => state.editing.plan.tasks.map(({ parent }) => parent),
      [null, "a", null, null],
    ],
    ["takes a dependency off", ["j", "j", "b", "k", "enter"], (state) => state.editing.plan.tasks[2]?.depends_on, []],
    [
      "refuses a circle",
      ["j", "b", "j", "enter"],
      (state) => [isUnsaved(state), /wait for each other/.test(state.message?.text ?? "")],
      [false, true],
    ],
    [
      "answers the question that is chosen",
      ["j", "r", "2", ..."So", "enter"],
      (state) => [state.editing.plan.tasks[1]?.questions, state.editing.plan.assumptions.at(-1)],
      [["Why?"], "How? So"],
    ],
    ["answers a question of the plan", ["r", "X", "enter"], (state) => state.editing.plan.questions, []],
    [
      "adds a task for the requirement that is looked at",
      ["3", "]", "a", "enter"],
      (state) => state.editing.plan.tasks.find(({ key }) => !["a", "a.1", "a.2", "b"].includes(key))?.requirements,
      ["R2"],
    ],
    [
      "sets a priority by its first letter",
      ["j", "e", "p", "ctrl-u", "c", "enter"],
      (state) => state.editing.plan.tasks[1]?.priority,
      "critical",
    ],
    [
      "reads hours and minutes",
      ["G", "e", "e", "ctrl-u", ..."1h 5m", "enter"],
      (state) => state.editing.plan.tasks[3]?.estimate_minutes,
      65,
    ],
    [
      "keeps what was typed when it is refused",
      ["G", "e", "x", "7", "7", "enter"],
      (state) => [isUnsaved(state), state.mode.kind === "write" && state.mode.field.text],
      [false, "77"],
    ],
    [
      "takes acceptance with its proof",
      ["G", "e", "a", ..."fast => npm test", "ctrl-s"],
      (state) => state.editing.plan.tasks[3]?.acceptance,
      [{ text: "fast", proof: "npm test" }],
    ],
    ["takes back and does again", ["j", "d", "G", "d", "u", "u", "U"], keysOf, ["a", "a.2", "b"]],
    ["asks before it leaves", ["d", "q"], (state) => state.mode.kind, "choose"],
  ])("%s", (_, words, look, wanted) => {
    expect(look(after(words))).toEqual(wanted);
  });

  it("leaves at once when nothing is unsaved, also when all was taken back", () => {
    expect(press(after(["d", "u"]), keyOf("q"), PAGE).effect).toBe("leave");
    expect(press(after(["d"]), keyOf("w"), PAGE).effect).toBe("save");
    expect(press(after(["d", "q"]), keyOf("s"), PAGE).effect).toBe("save-and-leave");
    expect(press(after(["d", "q"]), keyOf("d"), PAGE).effect).toBe("forget-and-leave");
    expect(press(after(["d", "ctrl-c"]), keyOf("ctrl-c"), PAGE).effect).toBe("interrupt");
    expect(press(startReview(PLAN, FILE), keyOf("ctrl-c"), PAGE).effect).toBe("interrupt");
  });

  it("asks what to do with what an earlier review left, and cannot be passed over", () => {
    const left = askLeft(startReview(PLAN, FILE), { plan: samplePlan([sampleTask("other")]), isOlder: true });
    expect(after(["escape", "d"], left).mode.kind).toBe("choose");
    expect(keysOf(after(["g"], left))).toEqual(["other"]);
    expect(isUnsaved(after(["g", "u"], left))).toBe(false);
    expect(press(left, keyOf("t"), PAGE).effect).toBe("forget");
  });

  it("never breaks, and every screen is exactly as large as the window, with nothing a terminal acts on", () => {
    const words = fc.constantFrom(
      ..."jkhlgGz /nN1234][.,?eadsSxmKJ<>MbruUwLqtpc0\u001b链".split(""),
      "enter",
      "escape",
      "tab",
      "backtab",
      "backspace",
      "up",
      "down",
      "left",
      "right",
      "home",
      "end",
      "pageup",
      "pagedown",
      "ctrl-s",
      "ctrl-u",
      "ctrl-k",
      "ctrl-w",
      "ctrl-c",
    );
    const size = fc.record({ columns: fc.integer({ min: 1, max: 210 }), rows: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), size, (typed, { columns, rows }) => {
        const lines = drawReview(after(typed), { columns, rows }).map(textOf);
        expect(lines.length).toBe(rows);
        for (const line of lines) {
          expect(widthOf(line)).toBe(columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("a reader of keys", () => {
  const ink = {} as Parameters<ReturnType<typeof keyReader>>[1];
  it("tells what was typed fast apart, and what was pasted as one text", () => {
    const read = keyReader();
    expect(read("jd\r", ink).map(({ name, text }) => text ?? name)).toEqual(["j", "d", "enter"]);
    expect(read("\u0015x", ink).map(({ name, text }) => text ?? name)).toEqual(["ctrl-u", "x"]);
    expect(read("[200~", ink)).toEqual([]);
    expect(read("two\r\nlines\u001b\u0007", ink)).toEqual([]);
    expect(read("[201~", ink)).toEqual([{ name: "paste", text: "two\nlines" }]);
    expect(read("j", ink)).toEqual([{ name: "text", text: "j" }]);
  });
});

describe("the head of the review", () => {
  it("says which draft it is, who made it, whose money that took and how much, where there is room", () => {
    const plan = { ...PLAN, planner: { name: "claude-api", model: "claude-opus-5-5" } };
    const cost = { calls: 5, usd: 0.22, knownUsd: 0.22, paidBy: "API key ...7Qf2" };
    const head = (making: ReviewState["making"], rows: number): readonly string[] =>
      drawReview(startReview(plan, { ...FILE, making }), { columns: 80, rows })
        .slice(0, 2)
        .map((one) => textOf(one).trimEnd());
    expect(head({ drafts: 2, cost }, 24)).toEqual([
      "prd-0a1b2c  draft 2",
      "Made by claude-api (claude-opus-5-5, API key ...7Qf2), 5 calls, $0.22",
    ]);
    expect(head({ drafts: null, cost: null }, 24)).toEqual([
      "prd-0a1b2c  draft",
      "Made by claude-api (claude-opus-5-5), calls and cost unknown",
    ]);
    expect(head({ drafts: 2, cost }, 12)[1]).toMatch(/^MUST/);
  });

  it.each([80, 60, 40])(
    "says whole that somebody else wrote the file, at %i columns, however long the plan's name is",
    (columns) => {
      const plan = { ...PLAN, id: "a-plan-with-a-name-that-is-long-enough-for-two-plans-together-3f9c2d" };
      const changed: ReviewState = { ...after(["j", "d"], startReview(plan, FILE)), isChangedOnDisk: true };
      const [head = []] = drawReview(changed, { columns, rows: 24 });
      expect(textOf(head)).toMatch(/^a-p.*\.\.\. {2}(draft 2 {2})?not saved {2}file changed.*: L( loads it)?\s*$/);
    },
  );
});
