import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { main } from "../src/cli.mjs";
import { folder } from "./support/folder.mjs";

const silent = { out: () => {}, err: () => {} };
const run = async (t, files, ...argv) => main(argv, { cwd: await folder(t, files), ...silent });

test("tells good links, broken links and a wrong call apart", async (t) => {
  assert.equal(await run(t, { "a.md": "[a](a.md)" }, "a.md"), 0);
  assert.equal(await run(t, { "a.md": "[b](b.md)" }, "a.md"), {{broken}});
  for (const argv of [[], ["--nonsense"], ["gone.md"]]) assert.equal(await run(t, {}, ...argv), 64);
});

test("every code is in the documentation", async () => {
  const text = await readFile(new URL("../docs/exit-codes.md", import.meta.url), "utf8");
  for (const code of [0, {{broken}}, 64]) assert.match(text, new RegExp(`^\\| ${code} \\|`, "m"));
});
