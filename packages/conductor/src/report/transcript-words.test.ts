import { describe, expect, it } from "vitest";
import { rowsOfTranscript } from "./transcript-words.ts";

const words = (from: string, line: unknown) =>
  rowsOfTranscript(JSON.stringify({ at: "2026-11-20T21:43:00.000Z", from, line })).map(
    ({ who, text, tone }) => `${who}/${tone}: ${text}`,
  );

describe("a line of a transcript in words", () => {
  it.each<[string, string, unknown, readonly string[]]>([
    [
      "what a model says and uses",
      "model",
      {
        content: [
          { type: "text", text: "I look first.\nThen I write." },
          { type: "tool_use", name: "bash", input: { command: "npm test" } },
        ],
      },
      ["agent/plain: I look first.", "agent/plain: Then I write.", "tool/busy: bash npm test"],
    ],
    [
      "what came of a tool",
      "tool",
      { id: "1", name: "bash", ok: false, output: "exit 1" },
      ["tool/bad: failed: exit 1"],
    ],
    [
      "a tool of an agent on a socket",
      "agent",
      JSON.stringify({ id: 1, op: "tool", name: "edit", input: { path: "a.ts" }, output: "ok" }),
      ["tool/busy: edit a.ts", "tool/quiet: ok"],
    ],
    [
      "a question",
      "agent",
      JSON.stringify({ id: 1, op: "ask_human", question: "Which?" }),
      ["agent/yours: asks: Which?"],
    ],
    [
      "Claude Code's own documents",
      "stdout",
      JSON.stringify({
        type: "assistant",
        message: { id: "m", content: [{ type: "tool_use", name: "Edit", input: { file_path: "/w/a.ts" } }] },
      }),
      ["tool/busy: Edit /w/a.ts"],
    ],
    [
      "and what its tools say",
      "stdout",
      JSON.stringify({
        type: "user",
        message: { content: [{ type: "tool_result", content: [{ type: "text", text: "done" }] }] },
      }),
      ["tool/quiet: done"],
    ],
    ["plain output", "stdout", "hello", ["agent/plain: hello"]],
    ["JSON that is none of Claude Code's", "stdout", '{"a":1}', ['agent/plain: {"a":1}']],
    ["what a person answered", "person", { ask: "1", answer: "blue" }, ["you/yours: blue"]],
    ["a word of conductor", "conductor", { nudge: "Look again." }, ["run/yours: Look again."]],
    ["its end", "conductor", { end: "cancelled", error: null }, ["run/quiet: the conversation has ended: cancelled"]],
    ["bookkeeping", "agent", JSON.stringify({ id: 1, op: "usage" }), []],
  ])("%s", (_, from, line, wanted) => {
    expect(words(from, line)).toEqual(wanted);
  });

  it("cuts what is long and says how much there is", () => {
    const text = Array.from({ length: 30 }, (_, n) => `line ${n}`).join("\n");
    expect(words("stdout", text).at(-1)).toBe("agent/plain: ... and 18 more lines");
    expect(words("stdout", "x".repeat(5_000))[0]).toMatch(/x{1000}\.\.\. \(5000 characters\)$/);
  });

  it.each(["", "{", "null", "[]", '{"from":"model","line":{"content":[null,1,"x"]}}', '{"from":"agent","line":3}'])(
    "passes over %j",
    (line) => {
      expect(rowsOfTranscript(line)).toEqual([]);
    },
  );
});
