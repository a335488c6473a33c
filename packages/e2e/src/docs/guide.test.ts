/** The guide, step by step as a new user types it: in an empty directory, at a terminal of 80 columns, with the binary alone. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeRig, programPath } from "../rig.ts";
import { hasScript, runAtTerminal } from "../run-at-terminal.ts";
import { alike, shownIn, tokensOf } from "./shown-session.ts";

const GUIDE = resolve(fileURLToPath(import.meta.url), "../../../../../docs/guide.md");
/** Who reads it, and where. */
const READER = { name: "ann", dir: "/home/ann/shop" };

describe("what is held against a run", () => {
  it("is each command with what stands below it, in blocks that are run", () => {
    const text = "```console run\n$ a b\none\n\ntwo\n$ c\n```\n```console\n$ d\n```\n```sh run\n$ e\n```\n";
    expect(shownIn(text)).toEqual([
      { command: "a b", output: "one\n\ntwo" },
      { command: "c", output: "" },
    ]);
  });

  it("is every word but days, times, tokens, and how wide a column is", () => {
    expect(alike("x  due Sat 5 Dec 17:59")).toBe(alike("x    due Mon 14 Dec"));
    expect(alike("until 17:59, in 5 days")).toBe(alike("until 08:00, in 23h"));
    expect(alike("--op 6BMXDC0G 01M8M7C9K16Y426QRPHE9BQRJ7.1")).toBe(
      alike("--op 751RBF6A 01M8M7C9K16Y426QRPHE9BQRJ8.2"),
    );
    for (const [one, other] of [
      ["TASK-001 ready", "TASK-001 todo"],
      ["0 of 4 done", "0 of 5 done"],
      ["after 001.1 +1", "after 001.1"],
    ])
      expect(alike(one!)).not.toBe(alike(other!));
  });
});

describe.runIf(hasScript())("docs/guide.md", () => {
  it("is eleven steps, each of which prints what it shows", async () => {
    const rig = await makeRig();
    try {
      const text = await readFile(GUIDE, "utf8");
      expect(text.match(/^## \d+\. /gm)).toHaveLength(11);
      const env = {
        ...rig.env,
        PATH: `${dirname(programPath("taskwerk"))}:${rig.env.PATH}`,
        TASKWERK_ACTOR: READER.name,
        NO_COLOR: "1",
      };
      const tokens: (readonly [string, string])[] = [];
      for (const { command, output } of shownIn(text)) {
        const typed = tokens.reduce((line, [theirs, ours]) => line.replaceAll(theirs, ours), command);
        const printed = await runAtTerminal(typed, { cwd: rig.dir, env });
        expect(`$ ${command}\n${alike(printed.replaceAll(rig.dir, READER.dir))}`).toBe(
          `$ ${command}\n${alike(output)}`,
        );
        const token = tokensOf(output, printed);
        if (token) tokens.push(token);
      }
      expect(tokens.length).toBeGreaterThan(0);
    } finally {
      await rig.remove();
    }
  }, 180_000);

  it("has the commands that help guide has, the refused one aside", async () => {
    const rig = await makeRig();
    try {
      const { stdout } = await rig.taskwerk("help", "guide");
      const helped = [...stdout.matchAll(/taskwerk .*/g)].map(([line]) => line);
      const shown = shownIn(await readFile(GUIDE, "utf8"))
        .filter(({ output }) => !output.startsWith("error"))
        .map(({ command }) => command.replace(/(?<=--claim ).*/, "TOKEN"));
      expect(helped).toEqual(shown);
    } finally {
      await rig.remove();
    }
  });
});
