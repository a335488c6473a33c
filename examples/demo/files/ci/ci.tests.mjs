import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { main } from "../src/cli.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = /^ {6}- run: node bin\/linkcheck\.mjs (.+)$/m;

test("the workflow checks our own links after the tests, and they are good", async () => {
  const workflow = await readFile(new URL("../.github/workflows/ci.yml", import.meta.url), "utf8");
  const words = COMMAND.exec(workflow)[1].split(" ");
  assert.deepEqual(words, ["--offline", "README.md", "docs"]);
  assert.ok(workflow.indexOf("npm test") < workflow.search(COMMAND));
  let said = "";
  const say = (text) => {
    said += text;
  };
  assert.equal(await main(words, { cwd: root, out: say, err: say }), 0, said);
});
