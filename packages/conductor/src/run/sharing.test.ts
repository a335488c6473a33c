import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharingOf } from "./sharing.ts";

let objectsDir: string;
beforeEach(() => {
  objectsDir = mkdtempSync(join(tmpdir(), "sharing-"));
  mkdirSync(join(objectsDir, "info"));
});
afterEach(() => rmSync(objectsDir, { recursive: true, force: true }));

describe("the objects of a repository", () => {
  it.each([
    ["auto", 99, false],
    ["auto", 100, true],
    ["always", 0, true],
    ["never", 1_000, false],
  ] as const)("with %s and %i bytes of them are shared: %s", async (mode, objectsBytes, shares) => {
    const sharing = await sharingOf({ mode, fromBytes: 100 }, { level: "full", objectsDir, objectsBytes });
    expect(sharing).toEqual({ shares, objectsBytes, problem: null });
  });

  it.each(["auto", "always"] as const)("are never shared without a sandbox, and %s is told why", async (mode) => {
    const about = { objectsDir, objectsBytes: 1_000 };
    const sharing = await sharingOf({ mode, fromBytes: 100 }, { ...about, level: "none" });
    expect(sharing).toMatchObject({ shares: false, problem: expect.stringContaining("without a sandbox") });
    const small = await sharingOf({ mode: "auto", fromBytes: 10_000 }, { ...about, level: "none" });
    expect(small.problem).toBeNull();
  });

  it("are not shared where they lie elsewhere, and it is said", async () => {
    writeFileSync(join(objectsDir, "info/alternates"), "/elsewhere/objects\n");
    const about = { level: "full", objectsDir, objectsBytes: 1_000 } as const;
    expect(await sharingOf({ mode: "always", fromBytes: 100 }, about)).toMatchObject({
      shares: false,
      problem: expect.stringContaining("borrows objects from another"),
    });
  });
});
