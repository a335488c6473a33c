import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileTarget } from "./file-target.ts";
import { partFile, sweepParts } from "./part-file.ts";

const at = { dir: "" };
beforeEach(() => {
  at.dir = mkdtempSync(join(tmpdir(), "part-"));
});
afterEach(() => rmSync(at.dir, { recursive: true }));
const names = () => readdirSync(at.dir).sort();
const place = (name: string) => join(at.dir, name);

/** A process that runs until `end`. */
function sleeper() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
  const end = () =>
    new Promise<void>((resolve) => {
      child.once("close", () => resolve());
      child.kill("SIGKILL");
    });
  return { pid: child.pid!, end };
}

it("sweeps what an ended process left, and keeps what a running one writes", async () => {
  const { pid, end } = sleeper();
  const part = await partFile(place("out.json"), pid);
  const own = await partFile(place("out.json"), process.pid);
  for (const file of [part, own, place("out.json.77.part"), place("mine.part")]) writeFileSync(file, "half");
  await sweepParts(at.dir);
  expect(names()).toContain(basename(part));
  await end();
  await sweepParts(at.dir);
  expect(names()).toEqual([basename(own), "mine.part", "out.json.77.part"].sort());
});

it("knows a process that has the number of an ended one by when it began, and leaves alone what it cannot see", async () => {
  const own = await partFile(place("a"), process.pid);
  const earlier = own.replace(/-[0-9a-f]{12}-/, "-123456789abc-");
  const elsewhere = earlier.replace(/-[0-9a-f]{8}\.part$/, "-01234567.part");
  const unknown = own.replace(/-[0-9a-f]{12}-/, "-000000000000-");
  for (const file of [earlier, elsewhere, unknown]) writeFileSync(file, "half");
  await sweepParts(at.dir);
  expect(names()).toEqual([basename(elsewhere), basename(unknown)].sort());
});

it("a target sweeps before it begins, and takes the place of what was there at once, also behind a link", async () => {
  writeFileSync(place("real.md"), "before");
  symlinkSync("real.md", place("out.md"));
  const left = (await partFile(place("else.md"), process.pid)).replace(/-[0-9a-f]{12}-/, "-123456789abc-");
  writeFileSync(left, "half");
  const target = await fileTarget(place("out.md"), "out.md");
  expect(names()).not.toContain(basename(left));
  target.write("after");
  expect(readFileSync(place("out.md"), "utf8")).toBe("before");
  target.done();
  expect(readFileSync(place("real.md"), "utf8")).toBe("after");
  expect(names()).toEqual(["out.md", "real.md"]);
});

it("a name as long as a name can be is no trouble", async () => {
  const name = "ü".repeat(127);
  const target = await fileTarget(place(name), name);
  target.write("x");
  target.done();
  expect(names()).toEqual([name]);
});
