import { describe, expect, it } from "vitest";
import { addedByPath } from "./added-lines.ts";
import { changedCoverage, missingInWords } from "./changed-coverage.ts";

const DIFF = `diff --git a/src/a.js b/src/a.js
--- a/src/a.js
+++ b/src/a.js
@@ -1,2 +1,5 @@
 export const a = 1;
+export function b() {
+  return 2;
+}
-old
+export const c = 3;
diff --git a/new.js b/new.js
new file mode 100644
--- /dev/null
+++ b/new.js
@@ -0,0 +1 @@
+export const d = 4;
`;

describe("changed lines", () => {
  it("are the added ones, by their numbers in the new file, without those that are punctuation alone", () => {
    expect(addedByPath(DIFF)).toEqual(
      new Map([
        ["src/a.js", new Set([2, 3, 5])],
        ["new.js", new Set([1])],
      ]),
    );
  });

  it("count where the report knows them as code, whichever way it names the file", () => {
    const measured = new Map([
      [
        "/work/tree/src/a.js",
        new Map([
          [1, true],
          [2, true],
          [3, false],
          [5, true],
          [9, false],
        ]),
      ],
      ["./other.js", new Map([[1, false]])],
    ]);
    const found = changedCoverage(measured, { lines: addedByPath(DIFF), checkout: "/work/tree" });
    expect(found).toEqual({ total: 3, covered: 2, missing: [{ path: "src/a.js", lines: [3] }] });
    const plain = new Map([
      [
        "src/a.js",
        new Map([
          [2, false],
          [3, false],
        ]),
      ],
    ]);
    expect(changedCoverage(plain, { lines: addedByPath(DIFF), checkout: "/x" })).toMatchObject({
      total: 2,
      covered: 0,
    });
  });

  it("are named in runs, and not all of them", () => {
    expect(missingInWords([{ path: "a", lines: [1, 2, 3, 7] }])).toBe("a 1-3, 7");
    const many = Array.from({ length: 5 }, (_, n) => ({ path: `f${n}`, lines: [1] }));
    expect(missingInWords(many)).toBe("f0 1; f1 1; f2 1; and 2 files more");
  });
});
