/** Starts git with a fixed environment in which no configuration of this machine counts. The only place that does. */
import { type ChildProcess, spawn } from "node:child_process";
import { isAbsolute } from "node:path";

/** Where git works, and what it is told beside its arguments. */
export interface GitPlace {
  /** Without it git may only be asked what needs no repository (`init`, `version`). */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects are written, when not in `gitDir`. */
  readonly objectsDir?: string;
  readonly cwd?: string;
  /** More settings, each `name=value`; they win over the fixed ones. */
  readonly config?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Lets it read another repository or a bundle of this machine by path. No other transport is ever allowed. */
  readonly files?: boolean;
}

/** Starts git; stdout and stderr are pipes, stdin is `input` (default: a pipe). That git cannot be started comes as an `error` event. */
export type StartGit = (args: readonly string[], place: GitPlace, input?: "pipe" | "ignore" | number) => ChildProcess;

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

/** Of `env` only PATH is used. */
export function makeStartGit(env: Readonly<Record<string, string | undefined>>): StartGit {
  const path = searchPathOf(env);
  return (args, place, input = "pipe") =>
    spawn("git", [...[...SETTINGS, ...(place.config ?? [])].flatMap((setting) => ["-c", setting]), ...args], {
      cwd: place.cwd ?? place.workTree ?? place.gitDir ?? "/",
      env: {
        PATH: path,
        ...ENVIRONMENT,
        // A repository's own protocol.NAME.allow would win over a setting; nothing wins over this.
        GIT_ALLOW_PROTOCOL: place.files ? "file" : "none",
        ...(place.gitDir === undefined ? {} : { GIT_DIR: place.gitDir }),
        ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
        ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
        ...(place.objectsDir === undefined ? {} : { GIT_OBJECT_DIRECTORY: place.objectsDir }),
        ...place.env,
      },
      stdio: [input, "pipe", "pipe"],
      // A Ctrl-C, or a terminal that is closed, is for conductor alone: what git is at is brought to its end. Only a signature may
      // have to be asked for at the terminal.
      detached: !args.includes("-S"),
    });
}
