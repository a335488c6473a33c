import { expect, test } from "vitest";
import type { Receipt } from "../model/gate.ts";
import { ratchet } from "./ratchet.ts";

const receipt = (total: number, skipped: number, percent: number | null): Receipt => ({
  id: "R1",
  tree: "a",
  gate: "test",
  kind: "test",
  phase: "pre",
  required: true,
  command: "npm test",
  configHash: "",
  result: "pass",
  reason: null,
  counts: { total, passed: total - skipped, failed: 0, skipped },
  coverage: percent === null ? null : { linesTotal: 100, linesCovered: Math.floor(percent), percent },
  failures: [],
  excerpt: "",
  logPath: "",
  logSha256: "",
  sandbox: "none",
  at: "",
  durationMs: 0,
});
const rules = (before: Receipt, after: Receipt) => ratchet([before], [after]).map((one) => one.rule);

test("nothing is lost when nothing got worse", () => {
  expect(rules(receipt(5, 1, 80), receipt(5, 1, 79.5))).toEqual([]);
  expect(rules(receipt(5, 1, 80), receipt(9, 0, 99))).toEqual([]);
  expect(ratchet([receipt(5, 0, 1)], [])).toEqual([]);
});

test("fewer tests, more skipped ones and lower coverage are findings", () => {
  expect(rules(receipt(5, 0, 80), receipt(4, 1, 79.49))).toEqual(["fewer-tests", "more-skipped", "coverage-drop"]);
  expect(rules(receipt(5, 0, 80), { ...receipt(5, 0, null), counts: null })).toEqual(["gate-gone", "gate-gone"]);
});

test("tests are compared by name where names are known, so that one for one is seen", () => {
  const lists = new Map([
    ["R1", { passed: ["a", "b", "c"], failed: [], skipped: ["s"] }],
    ["R2", { passed: ["a", "new"], failed: [], skipped: ["c", "s"] }],
  ]);
  const names = ({ id }: Receipt) => lists.get(id) ?? null;
  const [before, after] = [receipt(4, 1, null), { ...receipt(4, 2, null), id: "R2" }];
  expect(ratchet([before], [after], names).map(({ rule, message }) => [rule, message])).toEqual([
    ["tests-gone", "1 test of the base did not run: b"],
    ["more-skipped", "1 test that ran on the base is skipped: c"],
  ]);
  expect(ratchet([before], [{ ...after, id: "R3" }], names).map(({ rule }) => rule)).toEqual(["more-skipped"]);
});
