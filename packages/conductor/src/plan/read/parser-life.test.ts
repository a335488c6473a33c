import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtParser } from "./built-parser.ts";
import type { ParserCommand } from "./parse-in-child.ts";
import { MAX_DOCUMENT_BYTES, readDocument } from "./read-document.ts";

/** Seconds of work for a parser. */
const LONG = "- a\n".repeat(MAX_DOCUMENT_BYTES / 4);

let parser: ParserCommand;
/** One that never ends by itself, and does nothing else meanwhile. */
let busy: ParserCommand;
let dir: string;
let reader: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  parser = await builtParser();
  dir = await mkdtemp(join(tmpdir(), "parser-life-"));
  reader = join(dir, "reader.mjs");
  await writeFile(join(dir, "long.txt"), LONG);
  const bundled = (contents: string, outfile: string) =>
    build({
      stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
    });
  await bundled(
    `import { parseInChild } from "./parse-in-child.ts";
    void parseInChild("text", "text", JSON.parse(process.argv[2]));`,
    reader,
  );
  busy = { argv: [process.execPath, join(dir, "busy.mjs")] };
  await bundled(
    `import { watchOwnProcess } from "./watch-own-process.ts";
    void watchOwnProcess(Number(process.argv[3]));
    for (;;);`,
    join(dir, "busy.mjs"),
  );
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that reads, and the parser that it started. */
async function reading(timeoutMs: number): Promise<{ readonly own: ChildProcess; readonly parserPid: number }> {
  const own = spawn(process.execPath, [reader, JSON.stringify({ ...busy, timeoutMs })]);
  started.push(own);
  await expect.poll(() => parsersOf(own.pid), { timeout: 20_000 }).toHaveLength(1);
  return { own, parserPid: parsersOf(own.pid)[0] ?? 0 };
}

/** The parsers that a process has running. */
const parsersOf = (starter: number | undefined): readonly number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) =>
        Number(parent) === starter && args.some((arg) => [parser, busy].some(({ argv }) => arg === argv.at(-1))),
    )
    .map(([pid]) => Number(pid));

/** What was not collected yet runs no more. */
function runs(pid: number): boolean {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return state !== "" && !state.startsWith("Z");
  } catch {
    return false;
  }
}

describe("the parser's process", () => {
  it("ends by itself when the one that started it is killed, however busy it is", async () => {
    const { own, parserPid } = await reading(600_000);
    own.kill("SIGKILL");
    await expect.poll(() => runs(parserPid), { timeout: 20_000 }).toBe(false);
  }, 60_000);

  it("ends by itself when its time is over and nobody looks", async () => {
    const { own, parserPid } = await reading(1_000);
    own.kill("SIGSTOP");
    await expect.poll(() => runs(parserPid), { timeout: 20_000 }).toBe(false);
  }, 60_000);

  it("is gone, and reading ends with the reason, when the reader is told to stop", async () => {
    const stop = new AbortController();
    const going = readDocument("long.txt", {
      parser: { ...parser, timeoutMs: 600_000 },
      cwd: dir,
      signal: stop.signal,
    });
    await expect.poll(() => parsersOf(process.pid), { timeout: 20_000 }).toHaveLength(1);
    const [pid = 0] = parsersOf(process.pid);
    stop.abort(new Error("enough"));
    await expect(going).rejects.toThrow("enough");
    expect(runs(pid)).toBe(false);
  }, 60_000);

  it("is not even started when reading was stopped before", async () => {
    const options = { parser: { argv: ["/nowhere/parser"] }, cwd: dir, signal: AbortSignal.abort(new Error("enough")) };
    await expect(readDocument("long.txt", options)).rejects.toThrow("enough");
  });
});
