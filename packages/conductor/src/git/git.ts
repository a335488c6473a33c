/** The one way to git: an argument array, a fixed environment, no configuration of this machine, a time limit, typed errors. */
import type { ChildProcess } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { type GitPlace, makeStartGit, type StartGit } from "./start-git.ts";

export interface GitCall extends GitPlace {
  readonly input?: string | Uint8Array;
  /** A file that is its stdin, instead of `input`. */
  readonly inputFile?: string;
  /** Exit codes that are answers and no failure; 0 always is. */
  readonly answers?: readonly number[];
  readonly timeoutMs?: number;
  /** Bytes of stdout that are kept. More is an error, or is cut when `cut` is set. */
  readonly limitBytes?: number;
  readonly cut?: boolean;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** stdout was longer than `limitBytes` and was cut. */
  readonly cut: boolean;
}

/**
 * Runs git. Throws GIT_FAILED (with an excerpt of stderr in `details`) when it cannot be started, takes too long,
 * says too much, or ends with a code that is not among `answers`.
 */
export type Git = (args: readonly string[], call?: GitCall) => Promise<GitAnswer>;

const MINUTE = 60_000;
const MEGABYTE = 1024 * 1024;
/** How long a git that was asked to end may take. */
const GRACE = 2000;

/** A git whose environment is built here; of `env` only PATH is used. */
export const makeGit = (env: Readonly<Record<string, string | undefined>>): Git => gitWith(makeStartGit(env));

/** The same by a given way of starting it. */
export function gitWith(start: StartGit): Git {
  return async (args, call = {}) => {
    const file = call.inputFile === undefined ? null : await open(call.inputFile);
    try {
      return await answerOf(start, args, call, file);
    } finally {
      await file?.close();
    }
  };
}

async function answerOf(
  start: StartGit,
  args: readonly string[],
  call: GitCall,
  file: FileHandle | null,
): Promise<GitAnswer> {
  const timeoutMs = call.timeoutMs ?? MINUTE;
  const { input } = call;
  const child = begin(start, args, call, file?.fd ?? (input === undefined ? "ignore" : "pipe"));
  // A git that needs no more of its input, or is gone, says so by its end.
  child.stdin?.on("error", () => undefined).end(input);
  const stdout = keep(child.stdout, call.limitBytes ?? 256 * MEGABYTE, () => end(child));
  const stderr = keep(child.stderr, MEGABYTE, () => end(child));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end(child);
  }, timeoutMs);
  const ending = await endOf(child);
  clearTimeout(timer);
  const said = stderr.bytes().toString("utf8");
  const tooMuch = stdout.over || stderr.over;
  if (stdout.over && call.cut) return { code: 0, stdout: stdout.bytes(), stderr: said, cut: true };
  const { code } = ending;
  if (!late && !tooMuch && code !== null && (code === 0 || call.answers?.includes(code)))
    return { code, stdout: stdout.bytes(), stderr: said, cut: false };
  throw gitFailed(args, {
    code,
    stderr: said,
    why: late
      ? `took longer than ${timeoutMs / 1000} s`
      : tooMuch
        ? "said more than conductor keeps"
        : ending.problem?.code === "ENOENT"
          ? "could not be started: git was not found on PATH"
          : firstLine(said) || ending.problem?.message || (code === null ? "was ended" : `ended with ${code}`),
  });
}

function begin(start: StartGit, ...[args, call, input]: Parameters<StartGit>): ChildProcess {
  try {
    return start(args, call, input);
  } catch (error) {
    // A NUL character, or more arguments than the system takes, never get as far as git.
    throw gitFailed(args, { code: null, stderr: "", why: error instanceof Error ? error.message : String(error) });
  }
}

interface Ending {
  /** null when a signal ended it, or it never started. */
  readonly code: number | null;
  readonly problem: NodeJS.ErrnoException | null;
}

/** Resolves when it is gone and all it said has been read. */
const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    child.once("error", (problem) => resolve({ code: null, problem }));
    child.once("close", (code) => resolve({ code, problem: null }));
  });

function end(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => {
    child.kill("SIGKILL");
    // What it started may hold them open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, GRACE).unref();
}

interface Kept {
  /** More came than was to be kept. */
  readonly over: boolean;
  bytes(): Buffer;
}

function keep(stream: ChildProcess["stdout"], limit: number, onOver: () => void): Kept {
  const chunks: Buffer[] = [];
  let room = limit;
  let over = false;
  stream?.on("data", (chunk: Buffer) => {
    if (over) return;
    over = chunk.length > room;
    chunks.push(over ? chunk.subarray(0, room) : chunk);
    room -= chunk.length;
    if (over) onOver();
  });
  return {
    get over() {
      return over;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/** What git said on stdout as text, without the newline at its end. */
export const textOf = (answer: GitAnswer): string => answer.stdout.toString("utf8").replace(/\n$/, "");

/** The fields of a NUL-separated answer. */
export const fieldsOf = (answer: GitAnswer): readonly string[] =>
  answer.stdout.toString("utf8").split("\0").slice(0, -1);

const firstLine = (text: string): string =>
  text
    .split("\n")
    .find((line) => line.trim() !== "")
    ?.slice(0, 300) ?? "";

function gitFailed(
  args: readonly string[],
  { code, stderr, why }: { readonly code: number | null; readonly stderr: string; readonly why: string },
): WerkError {
  if (/No space left on device|Out of diskspace|Disk quota exceeded/i.test(stderr))
    return new WerkError("STORE_FULL", `git ${args[0] ?? ""}: there is no room left on the disk`, {
      hint: "Make room, then go on:  conductor resume",
      details: { stderr: stderr.slice(0, 2000) },
    });
  return new WerkError("GIT_FAILED", `git ${args[0] ?? ""}: ${why}`, {
    hint: "conductor doctor looks at git and the repository.",
    details: { args: args.map((arg) => arg.slice(0, 200)), code, stderr: stderr.slice(0, 2000) },
  });
}
