/** Commands under strace: to count what they ask of the system, and to have one of those calls go wrong. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, programPath, type Ran, type Rig } from "../rig.ts";

/** Says whether strace can be used here. Where it has to be (`TASKWERK_REQUIRE_TOOLS=1`) nothing is skipped. */
export function mayTrace(): boolean {
  if (spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0) return true;
  process.stderr.write("SKIPPED: strace is missing or may not be used here\n");
  return process.env.TASKWERK_REQUIRE_TOOLS === "1";
}

/** Calls that change what lies on a disk. */
export const WRITING = [
  "pwrite64",
  "write",
  "fsync",
  "fdatasync",
  "ftruncate",
  "mkdir",
  "rename",
  "link",
  "unlink",
] as const;

/** A call that goes wrong: the `nth` of that name, counted from 1. */
export interface Trouble {
  readonly call: string;
  readonly nth: number;
  /** What becomes of it: the process is killed before it happens, or it fails so. */
  readonly with: "KILL" | "ENOSPC" | "EIO";
  /** The later ones too. */
  readonly onwards?: boolean;
}

export interface Traced {
  readonly calls: readonly string[];
  readonly trouble?: Trouble;
  readonly stdin?: string;
}

/** Runs `taskwerk` with these words under strace, in the rig's directory; `log` has a line for each call. */
export async function traced(
  rig: Rig,
  words: readonly string[],
  { calls, trouble, stdin = "" }: Traced,
): Promise<Ran & { readonly log: readonly string[] }> {
  const dir = mkdtempSync(join(tmpdir(), "trace-"));
  const file = join(dir, "log");
  try {
    const inject = trouble === undefined ? [] : [`--inject=${injectionOf(trouble)}`];
    const child = spawn(
      "strace",
      // Its first thread only: SQLite is synchronous, and an nth call is counted in each thread for itself.
      ["-qq", "-y", "-o", file, `--trace=${calls.join(",")}`, "--signal=none", ...inject].concat(
        process.execPath,
        programPath("taskwerk"),
        words,
      ),
      { cwd: rig.dir, env: rig.env, stdio: "pipe" },
    );
    child.stdin!.on("error", () => undefined).end(stdin);
    const ran = await ended(child);
    return { ...ran, log: readFileSync(file, "utf8").split("\n") };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What strace runs; undefined when it has ended. At its own start strace has a child for a moment too, to see what it may do. */
export function traceeOf(strace: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${strace.pid}/task/${strace.pid}/children`, "utf8").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
}

const injectionOf = ({ call, nth, with: what, onwards }: Trouble): string =>
  `${call}:${what === "KILL" ? "signal=KILL" : `error=${what}`}:when=${nth}${onwards ? "+" : ""}`;

/** A call of a log: the `nth` of its name, and what strace wrote of it. */
export interface Call {
  readonly call: string;
  readonly nth: number;
  readonly line: string;
}

/** The calls of a log in their order; of those only the ones on `dir` and files in it. */
export function callsOn(dir: string, log: readonly string[]): readonly Call[] {
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  for (const line of log) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    // Where it stands (AT_FDCWD) says nothing about what it is about, and neither does a text that it writes somewhere else.
    const file = /\(\d+<([^>]*)>/.exec(line)?.[1];
    const about = /^p?write/.test(call) ? file : line;
    if (about?.includes(`${dir}/`) || file === dir) calls.push({ call, nth, line });
  }
  return calls;
}
