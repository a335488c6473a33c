/** Any command line as an agent: it gets the brief in a file and on stdin, works in its clone, and speaks over a socket if it can. */
import { basename } from "node:path";
import type { AgentAdapter, AgentInfo, AgentSession, OpenOptions, Usage } from "../model/agent.ts";
import type { Bind } from "../model/command.ts";
import { resultHash, toolHash } from "./fingerprint.ts";
import { endOfProcess, inWords, openProcess } from "./process-session.ts";
import { versionOf } from "./version-of.ts";

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
  /** What the path of the socket's directory begins with. Short: a socket's path has about 100 bytes. */
  readonly socketPrefix: string;
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
  const words = config.versionArgv ?? [config.argv[0] ?? "", "--version"];
  const program = words[0] ?? "";
  const { there, version } = await versionOf(words, config.hostEnv);
  return {
    id: config.id,
    kind: "command",
    name: basename(program) || config.id,
    version: version ?? "unknown",
    ready: there,
    problem: there
      ? null
      : `${program === "" ? "No command is configured" : `${program} could not be started`}: install it, or correct orchestration.agents.${config.id} in your config.`,
    model: config.model,
    paidBy: config.paidBy ?? "unknown",
    features: { resume: false, questions: true, usage: config.reportsUsage ? "tokens+cost" : "none" },
  };
}

function open(config: CommandAgentConfig, options: OpenOptions): Promise<AgentSession> {
  let turns = 0;
  return openProcess(
    {
      socketPrefix: config.socketPrefix,
      listens: true,
      launch: ({ brief, socket }) => ({
        argv: config.argv.map((word) =>
          word.replace(/\{(brief|workspace|task)\}/g, (_, name) =>
            name === "brief" ? brief : name === "workspace" ? options.workspace.dir : options.task.id,
          ),
        ),
        env: {
          ...config.env,
          CONDUCTOR_BRIEF: brief,
          CONDUCTOR_TASK: options.task.id,
          CONDUCTOR_SOCKET: socket,
        },
        binds: config.binds,
        network: config.network,
        hosts: config.hosts ?? [],
      }),
      hear: (_, text, talk) => talk.push({ type: "text", text }),
      report(message, talk) {
        switch (message.op) {
          case "tool":
            talk.push({
              type: "tool",
              name: message.name,
              input: inWords(message.input),
              output: message.output.slice(0, 20_000),
              ok: message.ok,
              hash: toolHash(message.name, message.input),
              resultHash: resultHash(message.ok, message.output),
            });
            return;
          case "turn":
            turns += 1;
            talk.push({ type: "turn", n: turns });
            if (turns > options.limits.turns)
              talk.stop("turn_limit", `it took more than ${options.limits.turns} turns`);
            return;
          case "usage": {
            const usage: Usage = {
              inputTokens: message.input_tokens,
              outputTokens: message.output_tokens,
              cacheReadTokens: message.cache_read_tokens,
              cacheWriteTokens: message.cache_write_tokens,
              usd: message.cost_usd,
            };
            talk.push({ type: "usage", usage });
            if (options.limits.usd !== null && usage.usd !== null && usage.usd >= options.limits.usd)
              talk.stop("budget", `it has cost ${usage.usd} USD of ${options.limits.usd}`);
          }
        }
      },
      endOf: endOfProcess,
    },
    options,
  );
}
