/** One conversation with an agent that is a process: started in the confinement, heard line by line, spoken with over a socket. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent, AgentSession, EndReason, OpenOptions } from "../model/agent.ts";
import { kindOfReason } from "../model/blocker.ts";
import type { Bind, Command, CommandResult } from "../model/command.ts";
import { asks } from "./asks.ts";
import { eventQueue } from "./event-queue.ts";
import { inWorkspace } from "./in-workspace.ts";
import { outputLines } from "./output-lines.ts";
import { openSideChannel } from "./side-channel.ts";
import type { SideMessage } from "./side-message.ts";
import { openTranscript } from "./transcript.ts";
import { watchdog } from "./watchdog.ts";

/** How a conversation ended, without the word that it did. */
export type ProcessEnd = Omit<Extract<AgentEvent, { readonly type: "end" }>, "type">;

/** What the adapter of a process may do while it runs. */
export interface Talk {
  push(event: AgentEvent): void;
  /** Ends it; the first reason counts. */
  stop(reason: EndReason, error: string | null): void;
}

/** Where the process finds what it needs. */
export interface Places {
  /** A directory of this conversation alone, which the process can see. */
  readonly dir: string;
  readonly socket: string;
  readonly brief: string;
}

/** What is started: beside its clone, home and the socket's directory it sees `binds`. */
export interface Launch extends Pick<Command, "argv" | "network"> {
  readonly env: Readonly<Record<string, string>>;
  readonly binds: readonly Bind[];
  readonly hosts: readonly string[];
}

/** Messages about what only a process that reports by itself can know. */
export type OwnReport = Extract<SideMessage, { readonly op: "tool" | "turn" | "usage" }>;

export interface ProcessAgent {
  /** What the path of the socket's directory begins with. Short: a socket's path has about 100 bytes. */
  readonly socketPrefix: string;
  readonly launch: (places: Places) => Launch | Promise<Launch>;
  /** A longer line comes in pieces. */
  readonly lineLength?: number;
  readonly hear: (stream: "stdout" | "stderr", line: string, talk: Talk) => void;
  readonly report: (message: OwnReport, talk: Talk) => void;
  /** Whether it reads what is said to it over the socket. */
  readonly listens: boolean;
  readonly endOf: (result: CommandResult) => ProcessEnd;
}

/** Starts it. The events end with one `end`, after its last descendant. */
export async function openProcess(agent: ProcessAgent, options: OpenOptions): Promise<AgentSession> {
  const queue = eventQueue<AgentEvent>();
  const questions = asks();
  const transcript = await openTranscript(options.transcriptPath, {
    limitBytes: options.limits.outputBytes,
    secrets: options.secrets,
  });
  const stopping = new AbortController();
  let why: { readonly reason: EndReason; readonly error: string | null } | null = null;
  const stop = (reason: EndReason, error: string | null): void => {
    why ??= { reason, error };
    // Whoever wants it ended at once wants that of its process.
    stopping.abort(options.signal.reason);
    questions.release();
  };
  const push = (event: AgentEvent): void => queue.push(event);
  const talk: Talk = { push, stop };
  const silentMs = options.limits.silentMs ?? options.limits.idleMs;
  const idle = watchdog(
    silentMs,
    () => stop("idle", `it said nothing for ${Math.round(silentMs / 1000)} s`),
    () => questions.pending() > 0,
  );

  const answer = async (message: SideMessage): Promise<unknown> => {
    idle.touch();
    switch (message.op) {
      case "task_get":
        return { ...options.task, brief: options.brief };
      case "task_note":
        push({ type: "note", text: message.text });
        return null;
      case "ask_human": {
        const { id, answer: coming } = questions.open();
        const { question: text, options: choices, default: fallback, reversible } = message;
        push({ type: "ask", id, question: { text, options: choices, default: fallback, reversible } });
        const said = await coming;
        idle.touch();
        if (said === null) throw new Error("nobody answered before the end");
        return { answer: said };
      }
      case "report_blocker":
        push({ type: "blocker", kind: message.kind ?? kindOfReason(message.reason), reason: message.reason });
        return null;
      case "claim_done":
        push({ type: "claim_done", evidence: message.evidence });
        return null;
      default:
        agent.report(message, talk);
        return null;
    }
  };

  const channel = await openSideChannel(agent.socketPrefix, answer, (line) => transcript.add("agent", line));
  const brief = join(channel.dir, "brief.md");
  await writeFile(brief, options.brief, { mode: 0o600 });
  const launch = await agent.launch({ dir: channel.dir, socket: channel.path, brief });

  let bytes = 0;
  const heard = (stream: "stdout" | "stderr") => [
    outputLines((line) => agent.hear(stream, line, talk), agent.lineLength),
    outputLines((line) => transcript.add(stream, line), agent.lineLength),
  ];
  const lines = { stdout: heard("stdout"), stderr: heard("stderr") };
  const cancelled = (): void => stop("cancelled", null);
  options.signal.addEventListener("abort", cancelled);
  if (options.signal.aborted) cancelled();
  const { cwd, binds, env } = inWorkspace(options.workspace);
  const running = await options.confinement.start({
    argv: launch.argv,
    cwd,
    binds: [...binds, { path: channel.dir, mode: "rw" }, ...launch.binds],
    env: { ...env, ...launch.env, CONDUCTOR_ATTEMPT: options.marker },
    stdin: options.brief,
    network: launch.network,
    egress: {
      hosts: launch.hosts,
      onRefused: ({ host, port, reason }) => {
        transcript.add("conductor", { refused: `${host}:${port}`, reason });
        push({ type: "note", text: `It tried to reach ${host}:${port}, which ${reason}.` });
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
      for (const one of lines[stream]) one.add(chunk);
    },
    signal: stopping.signal,
    marker: options.marker,
  });

  const finished = running.result.then(async (result) => {
    idle.stop();
    options.signal.removeEventListener("abort", cancelled);
    questions.release();
    for (const one of [...lines.stdout, ...lines.stderr]) one.flush();
    const end = why === null ? agent.endOf(result) : { ...why, resetAt: null };
    transcript.add("conductor", { end: result.end, reason: end.reason });
    await channel.close();
    await transcript.close();
    push({ type: "end", ...end });
    queue.close();
  });

  return {
    events: queue.events,
    backlog: queue.backlog,
    process: { pid: running.pid, startTime: running.startTime },
    async reply(askId, text) {
      transcript.add("person", { ask: askId, answer: text });
      questions.reply(askId, text);
    },
    async nudge(text) {
      if (!agent.listens) return false;
      transcript.add("conductor", { nudge: text });
      return channel.nudge(text);
    },
    async cancel() {
      stop("cancelled", null);
      await finished;
    },
  };
}

/** The end of a process that says nothing of its own about it. */
export function endOfProcess(result: CommandResult): ProcessEnd {
  const { end } = result;
  const say = (reason: EndReason, error: string | null): ProcessEnd => ({ reason, error, resetAt: null });
  switch (end.kind) {
    case "exited":
      return end.code === 0 ? say("done", null) : say("crashed", `exit code ${end.code}${lastLine(result)}`);
    case "signalled":
      return say("crashed", `ended by ${end.signal}${lastLine(result)}`);
    case "timed-out":
      return say("timeout", "it did not end in the time it was given");
    case "cancelled":
      return say("cancelled", null);
    case "over-limit":
      return say("resource_limit", end.reason);
    case "spawn-failed":
      return say("crashed", `it could not be started: ${end.reason}`);
  }
}

/** What it said last; of a Node program that threw, the error, which stands above its stack and Node's version. */
function lastLine({ stdout, stderr }: CommandResult): string {
  const lines = (stderr.trim() === "" ? stdout : stderr).trim().split("\n");
  const thrown = /^Node\.js v\d/.test(lines.at(-1) ?? "")
    ? lines.findLast((line) => /^(Uncaught )?\w*Error\b/.test(line))
    : undefined;
  const last = thrown ?? lines.at(-1) ?? "";
  return last === "" ? "" : `: ${last.slice(0, 500)}`;
}

/** What a tool was given, as people may read it. */
export const inWords = (input: unknown): string =>
  (typeof input === "string" ? input : (JSON.stringify(input) ?? "")).slice(0, 4_000);
