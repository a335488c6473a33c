import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Declaring } from "./declare.ts";
import { COMMON_OPTIONS } from "./globals.ts";
import { commandOf, parse } from "./parse.ts";
import type { Program } from "./program.ts";
import { readPlainly } from "./read-plainly.ts";
import { collect, collectList, type Verb, type VerbEntry } from "./verb.ts";

const FLAGS = [
  (command: Declaring) => command.option("-s, --status <status>", "some", collectList),
  (command: Declaring) => command.option("--ac <text>", "text", collect),
  (command: Declaring) => command.option("-p, --priority <priority>", "one"),
  (command: Declaring) => command.option("--dry-run", "yes or no"),
  (command: Declaring) => command.option("-a", "only short"),
  (command: Declaring) => command.option("--no-links", "without"),
  (command: Declaring) => command.option("--format <format>", "its own"),
  (command: Declaring) => command.option("--use-server [url]", "maybe a value"),
];
const ARGUMENTS = [
  (command: Declaring) => command,
  (command: Declaring) => command.argument("[id]"),
  (command: Declaring) => command.argument("<id>", "which"),
  (command: Declaring) => command.argument("<id>").argument("<on...>", "others"),
  (command: Declaring) => command.argument("[query...]", "words"),
  (command: Declaring) => command.argument("<a>").argument("[b]"),
];

/** What commander makes of it; null where it refuses. */
function carefully(build: Verb<unknown, unknown>["build"], words: readonly string[]): unknown {
  const program = { name: "sample", options: COMMON_OPTIONS } as unknown as Program<unknown>;
  const entry: VerbEntry<unknown> = {
    name: "verb",
    group: "",
    usage: "verb",
    summary: "Does it",
    load: async () => verb,
  };
  const verb: Verb<unknown, unknown> = { build, run: async () => undefined };
  try {
    return parse(program, commandOf(program, entry, verb), entry, words);
  } catch {
    return null;
  }
}

const word = fc.oneof(
  fc.constantFrom("a", "TASK-001", "x=1", "a,b", "", "-", "--", "-1", "-x", "--nothing", "--status=a", "-sa", "-qa"),
  fc.constantFrom("-s", "--status", "--ac", "-p", "--priority", "--dry-run", "-a", "--no-links", "--links", "--format"),
  fc.constantFrom("--json", "-q", "--quiet", "--no-color", "--color", "-C", "--yes", "--no-input", "--debug"),
  fc.constantFrom("--fields", "--use-server", "é", "__proto__", "constructor", "toString"),
);

describe("readPlainly", () => {
  it("reads what it reads as commander does, and leaves the rest to it", () => {
    const read = { plain: 0, left: 0 };
    fc.assert(
      fc.property(
        fc.subarray(FLAGS),
        fc.constantFrom(...ARGUMENTS),
        fc.array(word, { maxLength: 7 }),
        (flags, args, words) => {
          const build = (command: Declaring): Declaring => [args, ...flags].reduce((on, add) => add(on), command);
          const plain = readPlainly(build, COMMON_OPTIONS, words);
          read[plain === null ? "left" : "plain"] += 1;
          if (plain !== null) expect(plain).toEqual(carefully(build, words));
        },
      ),
      { numRuns: 3000 },
    );
    expect(Math.min(read.plain, read.left)).toBeGreaterThan(200);
  });

  it.each([
    [["--status", "todo,done", "-s", "review", "a", "b"]],
    [["--json", "--limit", "5"]],
    [["--", "-x", "--json"]],
    [["-"]],
    [[]],
  ])("reads %j itself", (words) => {
    const build = (command: Declaring): Declaring =>
      command.argument("[query...]").option("-s, --status <status>", "some", collectList).option("--limit <n>", "rows");
    expect(readPlainly(build, COMMON_OPTIONS, words)).not.toBeNull();
  });

  it.each([[["--limit"]], [["--limit", "--json"]], [["--limit=5"]], [["-sq"]], [["--lmit", "5"]], [["-5"]]])(
    "leaves %j to commander",
    (words) => {
      const build = (command: Declaring): Declaring =>
        command.argument("[query...]").option("-s, --status <status>", "some").option("--limit <n>", "rows");
      expect(readPlainly(build, COMMON_OPTIONS, words)).toBeNull();
    },
  );
});
