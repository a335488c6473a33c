import { readPlainly } from "@taskwerk/terminal/command/read-plainly";
import { describe, expect, it } from "vitest";
import { GLOBAL_OPTIONS } from "../globals.ts";
import { detachedWords } from "./detached-words.ts";
import { resumeVerb } from "./resume.ts";
import { runVerb } from "./run.ts";
import { startVerb } from "./start.ts";

const VERBS = { run: runVerb, resume: resumeVerb, start: startVerb } as const;

/** What the run in the background is given for these words behind a verb. */
function wordsFor(verb: keyof typeof VERBS, ...words: readonly string[]): readonly string[] {
  const parsed = readPlainly(VERBS[verb].build, GLOBAL_OPTIONS, words);
  if (parsed === null) throw new Error("these words cannot be read");
  return detachedWords(parsed.flags, { resume: verb === "resume" ? "run-1" : null });
}
const RUN = ["orchestrate", "run"];
const ALONE = ["--auto", "--no-input"];

describe("the command line of a run in the background", () => {
  it.each([
    [["PRD.md", "--detach"], []],
    [["run", "start.md", "resume", "--detach"], []],
    [["--agent", "start", "--detach"], ["--agent=start"]],
    [["--actor", "run", "--detach"], ["--actor=run"]],
    [
      ["-C", "resume", "--detach", "x.md"],
      ["-C", "resume"],
    ],
    [["--tasks", "orchestrate", "x.md", "--detach"], ["--tasks=orchestrate"]],
    // A document named as a value is the value all the same.
    [["PRD.md", "--actor", "PRD.md", "--detach"], ["--actor=PRD.md"]],
    [
      ["--auto", "--budget", "5", "--until", "2h", "--detach"],
      ["--budget=5", "--until=2h"],
    ],
    [["--json", "--fields", "session", "-q", "--format", "tsv", "--detach"], []],
    [
      ["--no-color", "--yes", "--debug", "--detach"],
      ["--no-color", "--yes", "--debug"],
    ],
    [["--planner", "outline", "--allow-gaps", "PRD.md", "--detach"], []],
    [
      ["--require-tests", "--require-green-base", "--allow-unsandboxed"],
      ["--require-tests", "--require-green-base", "--allow-unsandboxed"],
    ],
  ] as const)("run %j: %j", (typed, kept) => {
    const words = wordsFor("run", ...typed);
    expect(words.slice(0, 2)).toEqual(RUN);
    expect(words.slice(2).toSorted()).toEqual([...kept, ...ALONE].toSorted());
  });

  it("names the session that is gone on with, which is nobody's value", () => {
    expect(wordsFor("resume", "run-1", "--add", "5", "--detach")).toEqual([
      "orchestrate",
      "resume",
      "run-1",
      "--add=5",
      ...ALONE,
    ]);
  });

  it("starts like run", () => {
    expect(wordsFor("start", "--concurrency", "3")).toEqual([...RUN, "--concurrency=3", ...ALONE]);
  });

  it("gives what is left of the budget in place of what was typed", () => {
    const words = detachedWords({ budget: "5", detach: true }, { resume: null, budgetUsd: 4.25 });
    expect(words).toEqual([...RUN, ...ALONE, "--budget=4.25"]);
  });

  it.each([
    [true, "--use-taskwerk"],
    ["http://127.0.0.1:7777", "--use-taskwerk=http://127.0.0.1:7777"],
  ])("carries --use-taskwerk %j", (useTaskwerk, word) => {
    expect(detachedWords({ useTaskwerk } as object, { resume: "run-2" })).toEqual([
      "orchestrate",
      "resume",
      "run-2",
      word,
      ...ALONE,
    ]);
  });

  it("is read back as what was typed, whatever the value begins with", () => {
    const [, , ...words] = detachedWords({ actor: "-x", tasks: "--json", detach: true } as object, { resume: null });
    expect(words).toEqual(expect.arrayContaining(["--actor=-x", "--tasks=--json"]));
  });
});
