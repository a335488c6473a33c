import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyIndex } from "./copy-index.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "conductor-index-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it.each(["000000000", "000000001", "499999999", "500000000", "999499999", "999500000", "999999999", "123456789"])(
  "is never younger than what it is a copy of, by which git knows whom it must not trust, at .%s s",
  async (fraction) => {
    const [from, to] = [join(dir, "index"), join(dir, "copy")];
    writeFileSync(from, "DIRC");
    execFileSync("touch", ["-d", `@1767225599.${fraction}`, from]);
    expect(await copyIndex(from, to)).toBe(true);
    const [was, is] = [from, to].map((path) => statSync(path, { bigint: true }).mtimeNs);
    expect(was).toBe(1_767_225_599n * 1_000_000_000n + BigInt(fraction));
    expect(is! <= was!).toBe(true);
    expect(was! - is! < 2_000n).toBe(true);
    // Most gits look at whole seconds only.
    expect(is! / 1_000_000_000n).toBe(was! / 1_000_000_000n);
  },
);

it("says when there is nothing to copy", async () => {
  expect(await copyIndex(join(dir, "none"), join(dir, "copy"))).toBe(false);
});
