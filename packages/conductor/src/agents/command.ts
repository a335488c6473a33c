/** Any command line as an agent: it gets the brief in a file and on stdin, works in its clone, and speaks over a socket if it can. */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import type {
  AgentAdapter,
  AgentEvent,
  AgentInfo,
  AgentSession,
  EndReason,
  OpenOptions,
  Usage,
} from "../model/agent.ts";
import type { Bind, CommandResult } from "../model/command.ts";
import { asks } from "./asks.ts";
import { eventQueue } from "./event-queue.ts";
import { resultHash, toolHash } from "./fingerprint.ts";
import { outputLines } from "./output-lines.ts";
import { openSideChannel } from "./side-channel.ts";
import type { SideMessage } from "./side-message.ts";
import { openTranscript } from "./transcript.ts";
import { watchdog } from "./watchdog.ts";

export interface CommandAgentConfig {
  readonly kind: "command";
  readonly id: string;
  /** Words of the command line; {brief} (a file), {workspace} and {task} are filled in. No shell is involved. */
  readonly argv: readonly string[];
  /** Its whole environment beside CONDUCTOR_*, e.g. the one credential it needs. */
  readonly env: Readonly<Record<string, string>>;
  /** What else it may see, e.g. where it is installed. */
  readonly binds: readonly Bind[];
  /** `host` only where the user's own config says so. */
  readonly network: "none" | "host";
  /** The hosts that it may reach all the same, see Egress. */
  readonly hosts?: readonly string[];
  /** It says over the socket what it uses. Otherwise its cost is unknown, and no budget binds it. */
  readonly reportsUsage: boolean;
  readonly model: string | null;
  /** Who pays, in words; null = unknown. */
  readonly paidBy: string | null;
  /** Prints its version. null = the first word with --version. */
  readonly versionArgv: readonly string[] | null;
  /** Where the socket's directory is made. Short: a socket's path has about 100 bytes. */
  readonly socketParent: string;
  /** PATH and what else finding its version needs. */
  readonly hostEnv: Readonly<Record<string, string>>;
}

/** An adapter for one configured command line. */
export const commandAgent = (config: CommandAgentConfig): AgentAdapter => ({
  id: config.id,
  kind: "command",
  probe: () => probe(config),
  open: (options) => open(config, options),
});

async function probe(config: CommandAgentConfig): Promise<AgentInfo> {
  const [program = "", ...args] = config.versionArgv ?? [config.argv[0] ?? "", "--version"];
  const asked = await execa(program, args, {
    reject: false,
    timeout: 10_000,
    stdin: "ignore",
    maxBuffer: 100_000,
    extendEnv: false,
    env: config.hostEnv,
  });
  const missing = asked.exitCode === undefined && !asked.timedOut;
  const version = /\d+(?:\.\d+)+[\w.+-]*/.exec(`${asked.stdout}\n${asked.stderr}`)?.[0] ?? "unknown";
  return {
    id: config.id,
    kind: "command",
    name: basename(program) || config.id,
    version: missing ? "unknown" : version,
    ready: !missing,
    problem: missing
      ? `${program === "" ? "No command is configured" : `${program} could not be started`}: install it, or correct orchestration.agents.${config.id} in your config.`
      : null,
    model: config.model,
    paidBy: config.paidBy ?? "unknown",
    features: { resume: false, questions: true, usage: config.reportsUsage ? "tokens+cost" : "none" },
  };
}

async function open(config: CommandAgentConfig, options: OpenOptions): Promise<AgentSession> {
  const queue = eventQueue<AgentEvent>();
  const questions = asks();
  const transcript = await openTranscript(options.transcriptPath, options.limits.outputBytes);
  const stopping = new AbortController();
  let why: { readonly reason: EndReason; readonly error: string | null } | null = null;
  let turns = 0;
  const stop = (reason: EndReason, error: string | null): void => {
    why ??= { reason, error };
    stopping.abort();
    questions.release();
  };
  const idle = watchdog(
    options.limits.idleMs,
    () => stop("idle", `it said nothing for ${Math.round(options.limits.idleMs / 1000)} s`),
    () => questions.pending() > 0,
  );

  const answer = async (message: SideMessage): Promise<unknown> => {
    idle.touch();
    switch (message.op) {
      case "task_get":
        return { ...options.task, brief: options.brief };
      case "task_note":
        queue.push({ type: "note", text: message.text });
        return null;
      case "ask_human": {
        const { id, answer: coming } = questions.open();
        const { question: text, options: choices, default: fallback, reversible } = message;
        queue.push({ type: "ask", id, question: { text, options: choices, default: fallback, reversible } });
        const said = await coming;
        idle.touch();
        if (said === null) throw new Error("nobody answered before the end");
        return { answer: said };
      }
      case "report_blocker":
        queue.push({ type: "blocker", reason: message.reason });
        return null;
      case "claim_done":
        queue.push({ type: "claim_done", evidence: message.evidence });
        return null;
      case "tool":
        queue.push({
          type: "tool",
          name: message.name,
          input: inWords(message.input),
          output: message.output.slice(0, 20_000),
          ok: message.ok,
          hash: toolHash(message.name, message.input),
          resultHash: resultHash(message.ok, message.output),
        });
        return null;
      case "turn":
        turns += 1;
        queue.push({ type: "turn", n: turns });
        if (turns > options.limits.turns) stop("turn_limit", `it took more than ${options.limits.turns} turns`);
        return null;
      case "usage": {
        const usage: Usage = {
          inputTokens: message.input_tokens,
          outputTokens: message.output_tokens,
          cacheReadTokens: message.cache_read_tokens,
          cacheWriteTokens: message.cache_write_tokens,
          usd: message.cost_usd,
        };
        queue.push({ type: "usage", usage });
        if (options.limits.usd !== null && usage.usd !== null && usage.usd >= options.limits.usd)
          stop("budget", `it has cost ${usage.usd} USD of ${options.limits.usd}`);
        return null;
      }
    }
  };

  const channel = await openSideChannel(config.socketParent, answer, (line) => transcript.add("agent", line));
  const briefPath = join(channel.dir, "brief.md");
  await writeFile(briefPath, options.brief, { mode: 0o600 });
  const fill = (word: string): string =>
    word.replace(/\{(brief|workspace|task)\}/g, (_, name) =>
      name === "brief" ? briefPath : name === "workspace" ? options.workspace.dir : options.task.id,
    );

  let bytes = 0;
  const lines = {
    stdout: outputLines((text) => queue.push({ type: "text", text })),
    stderr: outputLines((text) => queue.push({ type: "text", text })),
  };
  const raw = {
    stdout: outputLines((text) => transcript.add("stdout", text)),
    stderr: outputLines((text) => transcript.add("stderr", text)),
  };
  const cancelled = (): void => stop("cancelled", null);
  options.signal.addEventListener("abort", cancelled);
  if (options.signal.aborted) cancelled();
  const { dir, home, tmp } = options.workspace;
  const running = await options.confinement.start({
    argv: config.argv.map(fill),
    cwd: dir,
    binds: [
      { path: dir, mode: "rw" },
      { path: home, mode: "rw" },
      { path: tmp, mode: "rw" },
      { path: channel.dir, mode: "rw" },
      ...config.binds,
    ],
    env: {
      HOME: home,
      TMPDIR: tmp,
      ...config.env,
      CONDUCTOR_BRIEF: briefPath,
      CONDUCTOR_TASK: options.task.id,
      CONDUCTOR_ATTEMPT: options.marker,
      CONDUCTOR_SOCKET: channel.path,
    },
    stdin: options.brief,
    network: config.network,
    egress: {
      hosts: config.hosts ?? [],
      onRefused: ({ host, port, reason }) => {
        transcript.add("conductor", { refused: `${host}:${port}`, reason });
        queue.push({ type: "note", text: `It tried to reach ${host}:${port}, which ${reason}.` });
      },
    },
    timeoutMs: options.limits.wallMs,
    outputLimitBytes: 64 * 1024,
    onOutput: (stream, chunk) => {
      idle.touch();
      bytes += Buffer.byteLength(chunk);
      if (bytes > options.limits.outputBytes) {
        stop("output_limit", `it wrote more than ${options.limits.outputBytes} bytes`);
        return;
      }
      lines[stream].add(chunk);
      raw[stream].add(chunk);
    },
    signal: stopping.signal,
    marker: options.marker,
  });

  const finished = running.result.then(async (result) => {
    idle.stop();
    options.signal.removeEventListener("abort", cancelled);
    questions.release();
    for (const one of [lines.stdout, lines.stderr, raw.stdout, raw.stderr]) one.flush();
    const { reason, error } = why ?? endOf(result);
    transcript.add("conductor", { end: result.end, reason });
    await channel.close();
    await transcript.close();
    queue.push({ type: "end", reason, error, resetAt: null });
    queue.close();
  });

  return {
    events: queue.events,
    process: { pid: running.pid, startTime: running.startTime },
    async reply(askId, text) {
      transcript.add("person", { ask: askId, answer: text });
      questions.reply(askId, text);
    },
    async nudge(text) {
      transcript.add("conductor", { nudge: text });
      return channel.nudge(text);
    },
    async cancel() {
      stop("cancelled", null);
      await finished;
    },
  };
}

function endOf(result: CommandResult): { readonly reason: EndReason; readonly error: string | null } {
  const { end } = result;
  switch (end.kind) {
    case "exited":
      if (end.code === 0) return { reason: "done", error: null };
      return { reason: "crashed", error: `exit code ${end.code}${lastLine(result)}` };
    case "signalled":
      return { reason: "crashed", error: `ended by ${end.signal}${lastLine(result)}` };
    case "timed-out":
      return { reason: "timeout", error: "it did not end in the time it was given" };
    case "cancelled":
      return { reason: "cancelled", error: null };
    case "spawn-failed":
      return { reason: "crashed", error: `it could not be started: ${end.reason}` };
  }
}

function lastLine({ stdout, stderr }: CommandResult): string {
  const last = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").at(-1) ?? "";
  return last === "" ? "" : `: ${last.slice(0, 500)}`;
}

const inWords = (input: unknown): string =>
  (typeof input === "string" ? input : (JSON.stringify(input) ?? "")).slice(0, 4_000);
