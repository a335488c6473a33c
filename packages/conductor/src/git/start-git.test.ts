import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { makeStartGit } from "./start-git.ts";

const groupOf = (pid: number): number =>
  Number(execFileSync("ps", ["-o", "pgid=", "-p", String(pid)], { encoding: "utf8" }));

describe("git", () => {
  it("is in no group that a Ctrl-C at conductor's terminal reaches", async () => {
    // It waits for its input as long as nobody ends that.
    const child = makeStartGit(process.env)(["hash-object", "--stdin"], {});
    try {
      await once(child, "spawn");
      expect(groupOf(child.pid!)).not.toBe(groupOf(process.pid));
    } finally {
      const gone = once(child, "close");
      child.stdin!.end();
      await gone;
    }
  });
});
