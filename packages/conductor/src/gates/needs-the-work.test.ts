import { expect, it } from "vitest";
import { needsTheWork } from "./needs-the-work.ts";

const added = new Set(["src/new.mjs", "src/typed.ts", "lib/index.js"]);
it.each([
  ['import { a } from "../src/new.mjs";', true],
  ["const a = require('../src/new.mjs');", true],
  ['const a = await import("../src/new.mjs");', true],
  ['import { a } from "../src/typed.js";', true],
  ['import { a } from "../src/typed";', true],
  ['import a from "../lib";', true],
  ['import { a } from "../src/old.mjs";', false],
  ['import test from "node:test";', false],
  ["", false],
])("%j needs the work: %s", (text, needs) => {
  expect(needsTheWork("tests/a.test.mjs", text, added)).toBe(needs);
});
