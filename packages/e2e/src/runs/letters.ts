/** Tasks of which each makes a letter or changes a list: some build on others, in their gates or in their lines. */
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";

/** One gate: beta cannot be without alpha, nor may a file say "red". */
export const LETTER_FILES: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify({ name: "letters", type: "module", scripts: { lint: "node check.mjs" } }, null, 2)}\n`,
  "check.mjs": [
    'import { existsSync } from "node:fs";',
    'if (existsSync("beta.js") && !existsSync("alpha.js")) throw new Error("beta needs alpha");',
    "",
  ].join("\n"),
  "list.txt": "one\ntwo\nthree\n",
};

export const LETTERS = scenarioOf([
  agentScript("Make alpha").writes("alpha.js", "export const alpha = 1;\n").finishes(),
  agentScript("Make beta").writes("beta.js", "export const beta = 2;\n").finishes(),
  agentScript("Make gamma").writes("gamma.js", "export const gamma = 3;\n").finishes(),
  agentScript("Make delta").writes("delta.js", "export const delta = 4;\n").finishes(),
  agentScript("Change the list").writes("list.txt", "one\nTWO\nthree\n").finishes(),
  agentScript("Change it again").writes("list.txt", "one\nTWO!\nthree\n").finishes(),
]);
