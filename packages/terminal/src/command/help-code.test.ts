import { ERROR_CODES, EXIT_MEANINGS } from "@taskwerk/contract/error-pages";
import { EXIT, exitOf } from "@taskwerk/contract/errors";
import { describe, expect, it } from "vitest";
import type { Program } from "./program.ts";
import { runProgram } from "./run-program.ts";
import { COMMON_TOPICS } from "./topics.ts";

const PROGRAM: Program<null> = {
  name: "werk",
  version: "1.2.3",
  intro: "A program.",
  groups: ["Work"],
  verbs: [
    {
      name: "dep add",
      group: "Work",
      usage: "dep add ID",
      summary: "Adds",
      load: async () => ({ build: (command) => command, run: async () => 0 }),
    },
  ],
  options: [{ flags: "--json", describe: "as JSON" }],
  outro: [],
  topics: [...COMMON_TOPICS, { name: "dates", summary: "Dates", load: async () => ["Dates."] }],
  foreign: { words: new Set(["plan"]), program: "other", reason: "which plans" },
  makeApp: async () => null,
};

async function type(...argv: readonly string[]) {
  const said = { out: "", err: "" };
  const into = (name: keyof typeof said) => ({
    write(text: string) {
      said[name] += text;
    },
  });
  const code = await runProgram(PROGRAM, {
    argv,
    env: {},
    stdout: into("out"),
    stderr: into("err"),
    stdoutIsTTY: true,
    stderrIsTTY: true,
    columns: () => 80,
    now: () => new Date(0),
  });
  return { code, ...said };
}

describe("help CODE", () => {
  it("says what it means, how a shell and HTTP see it, and what to do", async () => {
    const { code, out } = await type("help", "TASK_NOT_FOUND", "--no-color");
    expect(code).toBe(0);
    expect(out.replace(/\x1b\[\d*m/g, "")).toMatchInlineSnapshot(`
      "TASK_NOT_FOUND
        No task has that id. Ids are never given twice, so it may have been deleted,
        or be one of another store.

        Exit code    3  not found
        HTTP status  404
        Again        fails in the same way

        taskwerk list --all shows what there is, taskwerk where which store it is;
        taskwerk log ID also knows deleted tasks.
        All codes:  help errors
      "
    `);
  });

  it.each(ERROR_CODES)("%s has a page in 80 columns and one as JSON", async (name) => {
    const { code, out } = await type("help", name.toLowerCase());
    expect(code).toBe(0);
    const lines = out.replace(/\x1b\[\d*m/g, "").split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const { data, kind } = JSON.parse((await type("help", name, "--json")).out);
    expect(kind).toBe("help.code");
    expect(data).toEqual({
      code: name,
      means: expect.any(String),
      remedy: expect.any(String),
      exit_code: exitOf(name),
      http_status: expect.any(Number),
      retryable: expect.any(Boolean),
    });
    expect(EXIT_MEANINGS.map((one) => one.code)).toContain(data.exit_code);
  });

  it("every exit code there is has a meaning", () => {
    const meant = EXIT_MEANINGS.map(({ code }) => code);
    expect(Object.values(EXIT).filter((code) => !meant.includes(code))).toEqual([]);
  });

  it("takes a dash for the line below", async () => {
    expect((await type("help", "task-not-found")).code).toBe(0);
  });
});

describe("a word that help does not know", () => {
  it.each([
    ["TASK_NOT_FOUNT", "TASK_NOT_FOUND"],
    ["daets", "dates"],
    ["dpe", "dep"],
  ])("%s: did you mean %s", async (word, meant) => {
    const { code, err } = await type("help", word, "--no-color");
    expect(code).toBe(2);
    expect(err).toContain(`there is no help on "${word}". Did you mean "${meant}"?`);
    expect(JSON.parse((await type("help", word, "--json")).out).error).toMatchObject({
      candidates: [meant],
      given: word,
    });
  });

  it("and belongs to the sister program is said to", async () => {
    expect((await type("help", "plan")).err).toContain('"plan" belongs to other');
  });
});

it("a topic of two words is one topic", async () => {
  for (const line of [
    ["help", "exit", "codes"],
    ["help", "exit-codes"],
    ["exit", "--help"],
  ])
    expect((await type(...line)).out).toContain("nothing is ready");
});
