import { describe, expect, it } from "vitest";
import { deadLinks, faultOf, namedCommands } from "./docs.mjs";
import { ROOT } from "./programs.mjs";

const OFFER = new Map([
  ["plan import", "  --confirm  yes\n  --json"],
  ["list", "  --all\n  --json"],
]);

describe("namedCommands", () => {
  it("finds command lines in sh blocks, at the prompts of console blocks and in code spans, without comments, and none in prose or other blocks", () => {
    const text = [
      "taskwerk is small. `bin/taskwerk list --all` lists, `conductor/main` is a branch.",
      "```sh run",
      "taskwerk init && taskwerk add 'a task'   # a comment",
      "id=$(taskwerk add -q x)",
      "```",
      "```",
      "taskwerk     nothing",
      "```",
      "```console run",
      "$ taskwerk list",
      "taskwerk as it is printed",
      "```",
    ].join("\n");
    expect(namedCommands(text).map(({ program, line }) => `${program} ${line}`)).toEqual([
      "taskwerk init",
      "taskwerk add 'a task'",
      "taskwerk add -q x",
      "taskwerk list",
      "taskwerk list --all",
    ]);
  });
});

describe("faultOf", () => {
  it.each(["list", "list --all --json", "plan import --confirm", "", "--help", "help list", "…"])(
    "has nothing against %j",
    (line) => expect(faultOf(line, OFFER)).toBeUndefined(),
  );

  it("names a command that does not exist", () =>
    expect(faultOf("plan trace R1", OFFER)).toBe('there is no command "plan trace"'));

  it("names a flag that its command does not have", () =>
    expect(faultOf("list --al", OFFER)).toBe('"list" has no --al'));
});

describe("deadLinks", () => {
  it("names what a document points to in vain", () =>
    expect(deadLinks("[a](README.md) [b](docs/nowhere.md#x) [c](https://example.org) [d](#here)", ROOT)).toEqual([
      "docs/nowhere.md#x",
    ]));
});
