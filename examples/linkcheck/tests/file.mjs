import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { check } from "../src/checks/file.mjs";
import { folder } from "./support/folder.mjs";

test("a link to a file is good when the file is there", async (t) => {
  const cwd = await folder(t, { "docs/a.md": "", "docs/with space.md": "", "top.md": "" });
  const problem = (target) => check({ target }, { file: join(cwd, "docs", "a.md") });
  for (const target of ["a.md", "../top.md", "with%20space.md", "a.md?raw=1#part", "#part", "."])
    assert.equal(await problem(target), null, target);
  for (const target of ["gone.md", "../gone.md#part", "top.md", "%zz.md"])
    assert.equal(await problem(target), "no such file", target);
});

test("links that lead elsewhere are not looked at", async () => {
  for (const target of ["https://example.org/x", "mailto:a@example.org", "//example.org"])
    assert.equal(await check({ target }, { file: "/x.md" }), null);
});
