import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSettled, stampOf } from "./file-stamp.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stamp-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("stampOf", () => {
  it("is another one when a file is written, replaced, or dated back, and the same while nothing happens", () => {
    const path = join(dir, "a");
    const none = stampOf(path);
    writeFileSync(path, "one");
    const one = stampOf(path);
    expect(one).not.toBe(none);
    expect(stampOf(path)).toBe(one);
    utimesSync(path, 1, 1);
    const dated = stampOf(path);
    writeFileSync(path, "two!");
    expect(new Set([none, one, dated, stampOf(path)]).size).toBe(4);
    rmSync(path);
    expect(stampOf(path)).toBe(none);
  });

  it("takes a link for itself, which is never settled", () => {
    writeFileSync(join(dir, "a"), "one");
    symlinkSync("a", join(dir, "b"));
    expect(stampOf(join(dir, "b"))).not.toBe(stampOf(join(dir, "a")));
    expect(isSettled(stampOf(join(dir, "b")), Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  it("takes an empty write-ahead log for none", () => {
    writeFileSync(join(dir, "x.db-wal"), "");
    expect(stampOf(join(dir, "x.db-wal"))).toBe(stampOf(join(dir, "y.db-wal")));
    writeFileSync(join(dir, "x.db-wal"), "frame");
    expect(stampOf(join(dir, "x.db-wal"))).not.toBe(stampOf(join(dir, "y.db-wal")));
  });
});

describe("isSettled", () => {
  const stamp = (ms: number, nanoseconds = 0): string => {
    const time = `${ms}${String(nanoseconds).padStart(6, "0")}`;
    return `7:100:${time}:${time}`;
  };

  it.each([
    ["long before", stamp(1_000_007), 1_000_200, true],
    ["in the moment before", stamp(1_000_007), 1_000_050, false],
    ["after", stamp(1_000_007), 999_000, false],
    ["in whole seconds, a second before", stamp(1_000_000), 1_001_500, false],
    ["in whole seconds, long before", stamp(1_000_000), 1_004_000, true],
    ["never", stampOf("/nonexistent/file"), 0, true],
  ])("a change %s", (_, at, since, settled) => {
    expect(isSettled(at, since)).toBe(settled);
  });

  it("looks at the later of the two times", () => {
    expect(isSettled(`7:100:${1_000_007}000000:${1_000_190}000001`, 1_000_200)).toBe(false);
  });
});
