import assert from "node:assert/strict";
import { test } from "node:test";
import { links } from "../src/formats/markdown.mjs";

const targets = (text) => links(text).map(({ target }) => target);

test("finds links by reference, where they are used", () => {
  const text = "See [the guide][g],\n[G][] and [nothing][x].\n\n[g]: guide.md 'Guide'\n[unused]: unused.md\n";
  assert.deepEqual(links(text), [
    { target: "guide.md", line: 1 },
    { target: "guide.md", line: 2 },
  ]);
});

test("finds autolinks", () => {
  assert.deepEqual(targets("<https://example.org/a?b=1> <b@example.org> <br>"), ["https://example.org/a?b=1"]);
});

test("keeps the order in which links stand", () => {
  assert.deepEqual(targets("<https://one.example> [b](two.md) [c][three]\n\n[three]: three.md"), [
    "https://one.example",
    "two.md",
    "three.md",
  ]);
});

test("leaves out comments, and code over several lines", () => {
  assert.deepEqual(links("<!-- [a](one.md)\n[b](two.md) -->\n``[c](three.md)\n`[d]``\n[e](five.md)"), [
    { target: "five.md", line: 5 },
  ]);
});
