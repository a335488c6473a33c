import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type ProgramRun, runProgram } from "./run-program.ts";

const run = (script: string, more: Partial<ProgramRun> = {}): ReturnType<typeof runProgram> =>
  runProgram({
    argv: ["sh", "-c", script],
    cwd: "/",
    env: { PATH: process.env.PATH ?? "" },
    input: "",
    idleMs: 60_000,
    signal: undefined,
    onLine: () => "go on",
    ...more,
  });

/** A length of sleep that nobody else has. */
const LONG = 100_000 + process.pid;

/** Processes whose command line has this word. */
const running = (word: string): readonly string[] =>
  execFileSync("ps", ["-A", "-o", "stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => !line.startsWith("Z") && line.trim().endsWith(word));

describe("a program that prints lines", () => {
  it("has ended when it has, though what it started holds its output open; that is ended too", async () => {
    const lines: string[] = [];
    const end = await run(`sleep ${LONG + 1e7} & echo done`, {
      onLine(line) {
        lines.push(line);
        return "go on";
      },
    });
    expect(end).toEqual({ kind: "exited", code: 0, said: "" });
    expect(lines).toEqual(["done"]);
    await expect.poll(() => running(`sleep ${LONG + 1e7}`), { timeout: 10_000 }).toEqual([]);
  }, 30_000);

  it("that says nothing is ended with all that it started, also what does not listen", async () => {
    const end = await run(`trap '' TERM; (trap '' TERM; sleep ${LONG + 2e7}) & sleep ${LONG + 2e7}`, { idleMs: 200 });
    expect(end).toEqual({ kind: "silent", forMs: 200 });
    await expect.poll(() => running(`sleep ${LONG + 2e7}`), { timeout: 10_000 }).toEqual([]);
  }, 30_000);

  it("is ended with all that it started when nothing more is wanted of it", async () => {
    const end = await run(`sleep ${LONG + 3e7} & echo done; sleep ${LONG + 3e7}`, { onLine: () => "stop" });
    expect(end).toEqual({ kind: "stopped" });
    await expect.poll(() => running(`sleep ${LONG + 3e7}`), { timeout: 10_000 }).toEqual([]);
  }, 30_000);

  it("that cannot be started says why", async () => {
    expect(await run("", { argv: ["/nowhere/claude"] })).toMatchObject({ kind: "not-started" });
  });
});
