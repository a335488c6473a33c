/** How conductor runs anything it does not trust: a port. `sandbox/` keeps it; agents, gates and git are handed one. Types only. */

/**
 * How strongly a command is confined. `full`: bubblewrap whose self-test passed. `filtered`: a weaker boundary.
 * `none`: a plain child process with a built environment and limits, but the user's own rights.
 */
export type SandboxLevel = "full" | "filtered" | "none";

/** A path of this machine that the command may see, at the same place. */
export interface Bind {
  readonly path: string;
  readonly mode: "ro" | "rw";
}

/** The few hosts that a command without network may reach all the same. */
export interface Egress {
  /**
   * `api.example.com` (port 443, and only at a public address), or with a port: then that exact host and port, wherever it is.
   * Loopback, private addresses and IP literals must be named with their port: `127.0.0.1:8080`, `[::1]:8080`.
   */
  readonly hosts: readonly string[];
  /** Told once of each other place that the command tried, of 100 at most. */
  readonly onRefused?: (refused: RefusedEgress) => void;
}

/** Where a command tried to go and may not. Never a path, a header or a body. */
export interface RefusedEgress {
  readonly host: string;
  readonly port: number;
  /** In words. */
  readonly reason: string;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Paths beside the system's own; everything else is invisible at level full. */
  readonly binds: readonly Bind[];
  /** The whole environment but PATH, HOME, TMPDIR, LANG, which the sandbox sets unless given. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** `none`: no interface but an empty loopback. `host`: this machine's network, only where trusted config says so. */
  readonly network: "none" | "host";
  /**
   * With network `none`: the only way out, through a proxy of conductor's. Inside, HTTPS_PROXY and its like are set, and a
   * named port of loopback is the same port there. Level none cannot hold a command to it: there it has the user's network.
   */
  readonly egress?: Egress;
  readonly timeoutMs: number;
  /** Bytes of stdout and stderr together that are kept; further output is dropped and `truncated` set. */
  readonly outputLimitBytes: number;
  /** Called with each chunk as it comes, before any limit. */
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: string) => void;
  /** Ends the command: TERM, then KILL, for every descendant; aborted with {@link AT_ONCE} as its reason, only KILL. */
  readonly signal?: AbortSignal;
  /** Marks every descendant (env CONDUCTOR_ATTEMPT), so that a later conductor can find and end what is left. */
  readonly marker: string;
}

/** What one command may hold, with all its descendants together. */
export interface UseLimits {
  /** Resident memory. */
  readonly memoryBytes: number;
  readonly processes: number;
  /** Files in the directories that it may write in. */
  readonly diskBytes: number;
}

/** What was too much, with a sentence that says how much. */
export interface Excess {
  readonly limit: "memory" | "processes" | "disk";
  readonly reason: string;
}

/** How a command ended. `spawn-failed`: it never ran (not found, not allowed). */
export type CommandEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "cancelled" }
  | ({ readonly kind: "over-limit" } & Excess)
  | { readonly kind: "spawn-failed"; readonly reason: string };

export interface CommandResult {
  readonly end: CommandEnd;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly durationMs: number;
}

/** A command that runs. */
export interface Running {
  /** Process id on this machine of the outermost process, and its start time in clock ticks (/proc/PID/stat field 22). */
  readonly pid: number;
  readonly startTime: string;
  /** Resolves once when it and its descendants have ended; never rejects. */
  readonly result: Promise<CommandResult>;
}

/** The boundary around commands that are not trusted. */
export interface Confinement {
  readonly level: SandboxLevel;
  start(command: Command): Promise<Running>;
  /** start, then wait. */
  run(command: Command): Promise<CommandResult>;
}
