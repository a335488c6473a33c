import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTimeOf } from "@taskwerk/contract/is-running";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type SocketOwner, socketDirPrefix, socketOwnerIn } from "../model/socket-dir.ts";
import { socketOwner, sweepSockets } from "./sweep-sockets.ts";

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "sweep-"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

/** A directory as a conductor makes it, with its socket. */
function socketOf(owner: SocketOwner, kind: "c" | "e" = "c"): string {
  const dir = mkdtempSync(join(top, socketDirPrefix(kind, owner)));
  writeFileSync(join(dir, "s"), "");
  writeFileSync(join(dir, "brief.md"), "do it\n");
  return dir;
}
const dead = async (): Promise<SocketOwner> => {
  const pid = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  return { ...(await socketOwner()), pid };
};

describe("sockets in the directory for what is temporary", () => {
  it("of a conductor that is gone are removed", async () => {
    const dirs = [socketOf(await dead()), socketOf(await dead(), "e")].toSorted();
    expect((await sweepSockets([top], { dryRun: true })).toSorted()).toEqual(dirs);
    expect(dirs.every((dir) => existsSync(dir))).toBe(true);
    expect((await sweepSockets([top])).toSorted()).toEqual(dirs);
    expect(readdirSync(top)).toEqual([]);
  });

  it("of one that lives stay, this one or another; also where the number was given to somebody else since they go", async () => {
    const other = spawn("sleep", ["60"]);
    onTestFinished(() => void other.kill("SIGKILL"));
    const owner = { ...(await socketOwner()), pid: other.pid!, startTime: startTimeOf(other.pid!) };
    const living = [socketOf(await socketOwner()), socketOf(owner)];
    const before = socketOf({ ...owner, startTime: String(Number(owner.startTime) - 1) });
    expect(await sweepSockets([top])).toEqual([before]);
    expect(living.every((dir) => existsSync(dir))).toBe(true);
  });

  it("of what counts its processes for itself stay, for here nobody knows whether they live", async () => {
    const dir = socketOf({ ...(await dead()), namespace: 4026531999 });
    expect(await sweepSockets([top])).toEqual([]);
    expect(existsSync(dir)).toBe(true);
  });

  it("without a start time go only when nobody has that number", async () => {
    const nowhere = socketOf({ ...(await dead()), startTime: "" });
    const here = socketOf({ ...(await socketOwner()), startTime: "" });
    expect(await sweepSockets([top])).toEqual([nowhere]);
    expect(existsSync(here)).toBe(true);
  });

  it("and what only looks like one stays: other names, files and links", async () => {
    const name = `${socketDirPrefix("c", await dead())}AbCdEf`;
    const kept = join(top, "kept");
    mkdirSync(kept);
    writeFileSync(join(kept, "precious.txt"), "p\n");
    symlinkSync(kept, join(top, name));
    writeFileSync(join(top, name.replace("AbCdEf", "AbCdEg")), "");
    for (const other of ["c-", "c-abc123", "c-1-2-3", "e-AbCdEf", `${name}.bak`]) mkdirSync(join(top, other));
    const before = readdirSync(top);
    expect(await sweepSockets([top, join(top, "not-there")])).toEqual([]);
    expect(readdirSync(top)).toEqual(before);
    expect(existsSync(join(kept, "precious.txt"))).toBe(true);
  });
});

it("a name says whose it is", async () => {
  for (const owner of [await socketOwner(), { namespace: 0, pid: 4_194_304, startTime: "" }])
    expect(socketOwnerIn(`${socketDirPrefix("e", owner)}AbCdEf`)).toEqual(owner);
});
