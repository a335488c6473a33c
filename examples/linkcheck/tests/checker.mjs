import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { findFiles } from "../src/checker.mjs";
import { folder } from "./support/folder.mjs";

const formats = [{ extensions: [".md"] }];

test("searches folders for files it can read, and takes files that are named as they are", async (t) => {
  const cwd = await folder(t, { "a.md": "", "b.txt": "", "docs/c.md": "", "docs/.d.md": "", "node_modules/e.md": "" });
  const found = async (...paths) => (await findFiles(paths, formats, cwd)).map((path) => path.slice(cwd.length + 1));
  assert.deepEqual(await found("."), ["a.md", join("docs", "c.md")]);
  assert.deepEqual(await found("b.txt", "a.md", "a.md"), ["a.md", "b.txt"]);
});

test("rejects what is not there", async (t) => {
  const cwd = await folder(t, {});
  await assert.rejects(findFiles(["gone.md"], formats, cwd), /ENOENT/);
});
