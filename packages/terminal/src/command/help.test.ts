import { describe, expect, it } from "vitest";
import type { Program } from "./program.ts";
import { runProgram } from "./run-program.ts";
import type { Verb, VerbEntry } from "./verb.ts";

const verb: Verb<null, unknown> = {
  build: (command) => command.argument("<id>", "which").option("--deep", "deeper"),
  run: async () => 0,
};
const entry = (name: string, usage: string, more: Partial<VerbEntry<null>> = {}): VerbEntry<null> => ({
  name,
  group: "Work",
  usage,
  summary: `What ${name} does`,
  load: async () => verb,
  ...more,
});
const PROGRAM: Program<null> = {
  name: "werk",
  version: "1.2.3",
  intro: "A program.",
  groups: ["Work"],
  verbs: [
    entry("dep add", "dep add ID ON"),
    entry("dep rm", "dep rm ID ON", { aliases: ["dep remove"] }),
    entry("orchestrate run", "run [PRD...]", { aliases: ["run", "orchestrate"] }),
  ],
  options: [
    { flags: "--json", describe: "as JSON" },
    { flags: "-C <dir>", describe: "there" },
  ],
  outro: [],
  foreign: { words: new Set(), program: "other", reason: "" },
  makeApp: async () => null,
};

async function type(line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const said = { out: "", err: "" };
  const into = (name: keyof typeof said) => ({
    write(text: string) {
      said[name] += text;
    },
  });
  const code = await runProgram(PROGRAM, {
    argv: line.split(" ").filter(Boolean),
    env: {},
    stdout: into("out"),
    stderr: into("err"),
    stdoutIsTTY: false,
    stderrIsTTY: false,
    columns: () => undefined,
    now: () => new Date(0),
  });
  return { code, ...said };
}

describe("help", () => {
  it("of a word that several commands begin with lists them", async () => {
    for (const line of ["help dep", "dep --help", "dep -h", "-C x dep --help", "help -C x dep"]) {
      const { code, out, err } = await type(line);
      expect({ line, code, err }).toEqual({ line, code: 0, err: "" });
      expect(out).toBe(
        "  dep add ID ON       What dep add does\n  dep rm ID ON        What dep rm does\n\nOne of them:  werk help dep add\n",
      );
    }
    const names = JSON.parse((await type("dep --help --json")).out).data.map((one: { name: string }) => one.name);
    expect(names).toEqual(["dep add", "dep rm"]);
    expect(await type("dep frob --help")).toMatchObject({ code: 2 });
    expect((await type("dep")).err).toContain("dep needs a word more");
  });

  it("of a command names it as the list of all commands does", async () => {
    for (const line of ["help run", "run --help", "help orchestrate run", "orchestrate --help"]) {
      const { out } = await type(line);
      expect(out).toContain("Usage: werk run [options] <id>");
      expect(out).toMatch(/\nAlso: {2}orchestrate run, orchestrate\n$/);
    }
    expect((await type("run 1 --frob")).err).toContain("All flags:  werk help run\n");
    expect((await type("help dep rm")).out).toContain("Also:  dep remove\n");
    expect((await type("help dep add")).out).not.toContain("Also:");
  });
});
