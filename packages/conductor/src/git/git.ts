/** The one way to git: an argument array, a fixed environment, no configuration of this machine, a time limit, typed errors. */
import { isAbsolute } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";

export interface GitCall {
  /** Where git works. Without it git may only be asked what needs no repository (`init`, `version`). */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects are written, when not in `gitDir`. */
  readonly objectsDir?: string;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** A file that is its stdin, instead of `input`. */
  readonly inputFile?: string;
  /** More settings, each `name=value`; they win over the fixed ones. */
  readonly config?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers and no failure; 0 always is. */
  readonly answers?: readonly number[];
  readonly timeoutMs?: number;
  /** Bytes of stdout that are kept. More is an error, or is cut when `cut` is set. */
  readonly limitBytes?: number;
  readonly cut?: boolean;
  /** Lets it read another repository or a bundle of this machine by path. No other transport is ever allowed. */
  readonly files?: boolean;
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
const NOWHERE = "/nonexistent";

/** Settings that no configuration file may change for us. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.sshCommand=false",
  "core.askPass=false",
  "core.editor=:",
  "core.pager=cat",
  "core.autocrlf=false",
  "core.safecrlf=false",
  "core.quotePath=false",
  "core.bigFileThreshold=16m",
  "core.filesRefLockTimeout=2000",
  "core.packedRefsTimeout=2000",
  "credential.helper=",
  "commit.gpgSign=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "fetch.fsckObjects=true",
  "transfer.fsckObjects=true",
];

const ENVIRONMENT = {
  LC_ALL: "C",
  LANG: "C",
  HOME: NOWHERE,
  XDG_CONFIG_HOME: NOWHERE,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "false",
  GIT_EDITOR: ":",
  GIT_PAGER: "cat",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
};

/** The absolute entries of a PATH; a relative one could name a program inside a repository. */
export const searchPathOf = (env: Readonly<Record<string, string | undefined>>): string =>
  (env.PATH ?? "")
    .split(":")
    .filter((entry) => isAbsolute(entry))
    .join(":") || "/usr/local/bin:/usr/bin:/bin";

/** A git whose environment is built here; of `env` only PATH is used. */
export function makeGit(env: Readonly<Record<string, string | undefined>>): Git {
  const path = searchPathOf(env);
  return async (args, call = {}) => {
    const { execa } = await import("execa");
    const settings = [...SETTINGS, ...(call.config ?? [])];
    const timeoutMs = call.timeoutMs ?? MINUTE;
    const run = await execa("git", [...settings.flatMap((setting) => ["-c", setting]), ...args], {
      cwd: call.cwd ?? call.workTree ?? call.gitDir ?? "/",
      extendEnv: false,
      env: {
        PATH: path,
        ...ENVIRONMENT,
        // A repository's own protocol.NAME.allow would win over a setting; nothing wins over this.
        GIT_ALLOW_PROTOCOL: call.files ? "file" : "none",
        ...(call.gitDir === undefined ? {} : { GIT_DIR: call.gitDir }),
        ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
        ...(call.indexFile === undefined ? {} : { GIT_INDEX_FILE: call.indexFile }),
        ...(call.objectsDir === undefined ? {} : { GIT_OBJECT_DIRECTORY: call.objectsDir }),
        ...call.env,
      },
      ...(call.inputFile === undefined ? { input: call.input ?? "" } : { inputFile: call.inputFile }),
      encoding: "buffer",
      stripFinalNewline: false,
      reject: false,
      timeout: timeoutMs,
      forceKillAfterDelay: 2000,
      maxBuffer: { stdout: call.limitBytes ?? 256 * MEGABYTE, stderr: MEGABYTE },
    });
    const stderr = Buffer.from(run.stderr ?? []).toString("utf8");
    const stdout = Buffer.from(run.stdout ?? []);
    if (run.isMaxBuffer && call.cut) return { code: 0, stdout, stderr, cut: true };
    const code = run.exitCode;
    if (!run.isMaxBuffer && code !== undefined && (code === 0 || call.answers?.includes(code)))
      return { code, stdout, stderr, cut: false };
    throw gitFailed(args, {
      code,
      stderr,
      why: run.timedOut
        ? `took longer than ${timeoutMs / 1000} s`
        : run.isMaxBuffer
          ? "said more than conductor keeps"
          : run.code === "ENOENT"
            ? "could not be started: git was not found on PATH"
            : firstLine(stderr) || run.shortMessage || "failed",
    });
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
  { code, stderr, why }: { readonly code: number | undefined; readonly stderr: string; readonly why: string },
): WerkError {
  if (/No space left on device|Out of diskspace|Disk quota exceeded/i.test(stderr))
    return new WerkError("STORE_FULL", `git ${args[0] ?? ""}: there is no room left on the disk`, {
      hint: "Make room, then go on:  conductor resume",
      details: { stderr: stderr.slice(0, 2000) },
    });
  return new WerkError("GIT_FAILED", `git ${args[0] ?? ""}: ${why}`, {
    hint: "conductor doctor looks at git and the repository.",
    details: { args: args.map((arg) => arg.slice(0, 200)), code: code ?? null, stderr: stderr.slice(0, 2000) },
  });
}
