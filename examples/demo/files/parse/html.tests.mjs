import assert from "node:assert/strict";
import { test } from "node:test";
import { extensions, links } from "../src/formats/html.mjs";

test("finds href and src, quoted or not, with their lines", () => {
  const text = '<a class="x"\n href="one.html">1</a>\n<img src=\'two.png\'><link href=three.css rel=stylesheet>';
  assert.deepEqual(links(text), [
    { target: "one.html", line: 1 },
    { target: "two.png", line: 3 },
    { target: "three.css", line: 3 },
  ]);
});

test("leaves out comments, scripts, styles and code", () => {
  const text = `<!-- <a href="a">\n--><script src="b.js">x = '<a href="c">'</script><style>/* <a href="d"> */</style>
<pre><a href="e"></pre><code><img src="f"></code><a href="g">`;
  assert.deepEqual(links(text), [
    { target: "b.js", line: 2 },
    { target: "g", line: 3 },
  ]);
});

test("reads entities", () => {
  assert.deepEqual(links('<a href="x?a=1&amp;b=2">'), [{ target: "x?a=1&b=2", line: 1 }]);
});

test("is asked for both endings", () => {
  assert.deepEqual(extensions, [".html", ".htm"]);
});
