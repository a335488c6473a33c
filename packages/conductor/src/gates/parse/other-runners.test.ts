import { describe, expect, it } from "vitest";
import { parseCargo } from "./cargo.ts";
import { parseGoJson } from "./go-json.ts";
import { parseGoCover } from "./gocover.ts";

const readOk = <T>(parsed: { readonly kind: string; readonly value?: T; readonly reason?: string }): T => {
  if (parsed.kind !== "parsed") throw new Error(parsed.reason);
  return parsed.value!;
};
const reasonOf = (parsed: { readonly kind: string; readonly reason?: string }): string | undefined => parsed.reason;

describe("go test -json", () => {
  const event = (Action: string, Test?: string, Package = "m/a") =>
    JSON.stringify({ Action, Package, ...(Test ? { Test } : {}) });
  const whole = [
    event("start"),
    event("run", "TestA"),
    JSON.stringify({ Action: "output", Package: "m/a", Test: "TestA", Output: '{"Action":"pass"}\n' }),
    event("run", "TestA/one"),
    event("pass", "TestA/one"),
    event("pass", "TestA"),
    event("run", "TestB"),
    event("fail", "TestB"),
    event("run", "TestC"),
    event("skip", "TestC"),
    event("fail"),
  ];

  it("counts tests by package and name; a parent counts through its subtests", () => {
    expect(readOk(parseGoJson(whole.join("\n")))).toMatchObject({
      counts: { total: 3, passed: 1, failed: 1, skipped: 1 },
      passed: ["m/a > TestA > one"],
      failures: ["m/a > TestB"],
      skipped: ["m/a > TestC"],
    });
  });

  it("counts a package that did not build as a failure", () => {
    expect(readOk(parseGoJson([event("pass", undefined, "m/ok"), event("fail")].join("\n")))).toMatchObject({
      counts: { failed: 1 },
      failures: ["m/a"],
    });
  });

  it.each([
    ["", "no package came to its end"],
    ["ok  m/a 0.1s", "no package came to its end"],
    [whole.slice(0, 3).join("\n"), "no package"],
    [[event("run", "TestA"), event("pass")].join("\n"), "never ended"],
    ['{"Action":', "no JSON"],
  ])("is not believed when it is %j", (text, reason) => {
    expect(reasonOf(parseGoJson(text))).toContain(reason);
  });
});

describe("cargo test", () => {
  const whole = `   Compiling x v0.1.0
     Running unittests src/lib.rs (target/debug/deps/x-1)

running 3 tests
test tests::adds ... ok
test tests::later ... ignored
test tests::wrong ... FAILED

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out

   Doc-tests x

running 1 test
test src/lib.rs - add (line 1) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
`;
  it("counts tests under the binary that ran them", () => {
    expect(readOk(parseCargo(whole))).toMatchObject({
      counts: { total: 4, passed: 2, failed: 1, skipped: 1 },
      failures: ["unittests src/lib.rs > tests::wrong"],
    });
  });
  it.each([
    ["", "no test binary"],
    [whole.replace("test tests::adds ... ok\n", ""), "4 tests were to run, 3 were reported"],
  ])("is not believed when lines are missing", (text, reason) => {
    expect(reasonOf(parseCargo(text))).toContain(reason);
  });
});

describe("a Go coverage profile", () => {
  it("covers the lines of a block that was entered, in any of the runs", () => {
    const text = "mode: set\nm/a.go:1.10,3.2 2 1\nm/a.go:5.1,6.2 1 0\nm/a_test.go:1.1,9.2 1 0\n";
    expect(readOk(parseGoCover(text, (path) => !path.endsWith("_test.go"))).coverage).toEqual({
      linesTotal: 5,
      linesCovered: 3,
      percent: 60,
    });
    expect(readOk(parseGoCover(`${text}m/a.go:5.1,6.2 1 4\n`, (path) => path === "m/a.go")).coverage.percent).toBe(100);
  });
  it.each([
    ["", "no mode line"],
    ["mode: set\nm/a.go:x\n", "broken"],
    ["mode: set\nm/a.go:1.1,9999999.2 1 1\n", "broken"],
  ])("is not believed when it is %j", (text, reason) => {
    expect(reasonOf(parseGoCover(text))).toContain(reason);
  });
});
