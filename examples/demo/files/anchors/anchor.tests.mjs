import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { check } from "../src/checks/anchor.mjs";
import { slugsOf } from "../src/slugs.mjs";
import { folder } from "./support/folder.mjs";

test("a part of a page is good when a heading has its name", async (t) => {
  const cwd = await folder(t, { "a.md": "# Top\n[x](b.md#set-up)", "docs/b.md": "## Set up\n```\n# not this\n```\n" });
  const problem = (target) => check({ target }, { file: join(cwd, "a.md") });
  for (const target of ["#top", "docs/b.md#set-up", "docs/b.md#Set-Up", "docs/b.md", "gone.md#x", "x.png#y", "#%zz%"])
    assert.equal(await problem(target), target === "#%zz%" ? "no such heading" : null, target);
  for (const target of ["#bottom", "docs/b.md#not-this"]) assert.equal(await problem(target), "no such heading");
  assert.equal(await problem("https://example.org/a.md#x"), null);
});

test("headings lose case and punctuation, and keep the text of their links", () => {
  assert.deepEqual(slugsOf("# What's new, in 2.0?\n## See [the guide](g.md) ##\n### snake_case"), [
    "whats-new-in-20",
    "see-the-guide",
    "snake_case",
  ]);
});

test("headings keep letters of any script", () => {
  assert.deepEqual(slugsOf("# Größe ändern\n# 日本語 の 見出し"), ["größe-ändern", "日本語-の-見出し"]);
});

test("headings that repeat get a number behind", () => {
  assert.deepEqual(slugsOf("# Use\n# Use\n# Use"), ["use", "use-1", "use-2"]);
});
