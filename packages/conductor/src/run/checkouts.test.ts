import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeCheckoutDir, sweepCheckouts } from "./checkouts.ts";

const throws = (error: unknown): never => {
  throw error;
};

it("checkouts of a process that lives are left to it, all others are removed", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "checkouts-"));
  const other = spawn("sleep", ["600"]);
  onTestFinished(async () => {
    other.kill("SIGKILL");
    await rm(stateDir, { recursive: true });
  });
  const mine = await makeCheckoutDir(stateDir);
  const its = basename(mine).replace(`.${process.pid}.`, `.${other.pid}.`);
  expect(its).not.toBe(basename(mine));
  await mkdir(join(stateDir, "checkouts", its, "tree"), { recursive: true });
  await mkdir(join(stateDir, "checkouts", "lockfiles-abcdef"));

  await sweepCheckouts(stateDir, throws);
  expect(await readdir(join(stateDir, "checkouts"))).toEqual([its]);

  other.kill("SIGKILL");
  await once(other, "exit");
  await sweepCheckouts(stateDir, throws);
  expect(await readdir(join(stateDir, "checkouts"))).toEqual([]);
});

it("nothing is done where nothing was ever checked out", async () => {
  await sweepCheckouts(join(tmpdir(), "no-such-place"), throws);
});
