import assert from "node:assert/strict";
import { test } from "node:test";
import { links } from "../src/formats/markdown.mjs";

const targets = (text) => links(text).map(({ target }) => target);

test("finds inline links with their lines", () => {
  assert.deepEqual(links("[a](one.md)\n\nand [b](two.md), [c](<three.md>)"), [
    { target: "one.md", line: 1 },
    { target: "two.md", line: 3 },
    { target: "three.md", line: 3 },
  ]);
});

test("leaves out titles", () => {
  assert.deepEqual(targets('[a](one.md "One") [b](two.md \'Two\')'), ["one.md", "two.md"]);
});

test("finds images", () => {
  assert.deepEqual(targets("![logo](logo.png)"), ["logo.png"]);
});

test("leaves out code", () => {
  const text = "`[a](one.md)`\n```\n[b](two.md)\n```\n~~~\n```\n[c](three.md)\n~~~\n[d](four.md)";
  assert.deepEqual(targets(text), ["four.md"]);
});
