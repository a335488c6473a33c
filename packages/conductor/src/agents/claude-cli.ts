/** Claude Code as an agent: its command line, headless, inside the confinement, with the side channel as tools. */
import { randomUUID } from "node:crypto";
import { realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentAdapter, AgentInfo, AgentSession, OpenOptions } from "../model/agent.ts";
import type { PriceTable } from "../model/price.ts";
import { claudeStream } from "./claude-stream.ts";
import { MCP_BRIDGE, MCP_SERVER, MCP_TOOLS } from "./mcp-bridge.ts";
import { endOfProcess, openProcess } from "./process-session.ts";
import { versionOf } from "./version-of.ts";

export interface ClaudeCliConfig {
  readonly kind: "claude-cli";
  readonly id: string;
  /** The program, absolute. */
  readonly path: string;
  /** null = its own choice. */
  readonly model: string | null;
  /** null = Anthropic's. */
  readonly baseUrl: string | null;
  /** A key of the API, or a token of a subscription (`claude setup-token`); "" = none. */
  readonly apiKey: string;
  readonly oauthToken: string;
  readonly prices: PriceTable;
  /** What the path of the socket's directory begins with. Short: a socket's path has about 100 bytes. */
  readonly socketPrefix: string;
  /** PATH and what else finding its version needs. */
  readonly hostEnv: Readonly<Record<string, string>>;
  /** The node that runs the bridge to the side channel. */
  readonly nodePath: string;
}

/** What it may use without asking: everything that stays in its clone. The confinement holds, not this list. */
const TOOLS = ["Bash", "Read", "Edit", "MultiEdit", "Write", "Glob", "Grep", "NotebookEdit", "TodoWrite"];
const ITS_OWN_TOOLS = MCP_TOOLS.map((name) => `mcp__${MCP_SERVER}__${name}`);

/** Later versions show tools of servers by name only until they are looked for, so they are named. */
const ABOUT_TOOLS = [
  "You work alone in a clone of your own; commit your work there.",
  "mcp__conductor__ask_human asks a person, mcp__conductor__task_note leaves a note,",
  "mcp__conductor__report_blocker says what keeps you from the task, mcp__conductor__claim_done says that it is done.",
].join(" ");

/** A line of its output holds a whole answer or a whole file. */
const LINE_LENGTH = 8_000_000;

/** An adapter for the program at one place. */
export const claudeCliAgent = (config: ClaudeCliConfig): AgentAdapter => ({
  id: config.id,
  kind: "claude-cli",
  probe: () => probe(config),
  open: (options) => open(config, options),
});

async function probe(config: ClaudeCliConfig): Promise<AgentInfo> {
  const asked = await versionOf([config.path, "--version"], config.hostEnv);
  const version = asked.ok ? asked.version : null;
  const keyed = config.apiKey !== "" || config.oauthToken !== "";
  return {
    id: config.id,
    kind: "claude-cli",
    name: "Claude Code",
    version: version ?? "unknown",
    ready: version !== null && keyed,
    problem:
      version === null
        ? `${config.path} --version did not answer: install Claude Code anew, or correct orchestration.agents.claude.path in your config.`
        : keyed
          ? null
          : "It has no credential: export ANTHROPIC_API_KEY=..., or CLAUDE_CODE_OAUTH_TOKEN=... as `claude setup-token` prints it.",
    model: config.model,
    paidBy: config.apiKey !== "" ? `API key ...${config.apiKey.slice(-4)}` : keyed ? "subscription" : "unknown",
    features: { resume: false, questions: true, usage: "tokens+cost" },
  };
}

async function open(config: ClaudeCliConfig, options: OpenOptions): Promise<AgentSession> {
  const stream = claudeStream(config);
  const program = await realpath(config.path);
  return openProcess(
    {
      socketPrefix: config.socketPrefix,
      lineLength: LINE_LENGTH,
      // It reads its input once, at its start.
      listens: false,
      async launch({ dir, socket }) {
        const [bridge, servers] = [join(dir, "bridge.cjs"), join(dir, "servers.json")];
        await writeFile(bridge, MCP_BRIDGE, { mode: 0o600 });
        const server = { type: "stdio", command: config.nodePath, args: [bridge, socket] };
        await writeFile(servers, JSON.stringify({ mcpServers: { [MCP_SERVER]: server } }), { mode: 0o600 });
        return {
          argv: [program, ...wordsOf(config, options, servers)],
          env: environmentOf(config, options),
          binds: [
            { path: dirname(program), mode: "ro" },
            { path: config.nodePath, mode: "ro" },
          ],
          network: "none",
          hosts: [hostOf(config.baseUrl)],
        };
      },
      hear: (from, line, talk) => {
        if (from === "stdout") stream.hear(line, talk);
      },
      // It reports on its own output; what comes over the socket is of the bridge, which has no such words.
      report: () => undefined,
      endOf(result) {
        const plain = endOfProcess(result);
        const own = stream.end();
        if (own !== null && result.end.kind === "exited") return own;
        return plain.reason === "done"
          ? { reason: "protocol", error: "it ended without a result", resetAt: null }
          : plain;
      },
    },
    options,
  );
}

const wordsOf = (config: ClaudeCliConfig, { limits }: OpenOptions, servers: string): readonly string[] => [
  ...["-p", "--output-format", "stream-json", "--verbose"],
  ...["--permission-mode", "acceptEdits", "--allowedTools", [...TOOLS, ...ITS_OWN_TOOLS].join(",")],
  ...["--mcp-config", servers, "--strict-mcp-config"],
  ...["--max-turns", String(limits.turns), "--session-id", randomUUID()],
  ...["--append-system-prompt", ABOUT_TOOLS],
  ...(config.model === null ? [] : ["--model", config.model]),
  // It looks after each turn, so it can go over by one; conductor has set aside more than that.
  ...(limits.usd === null ? [] : ["--max-budget-usd", limits.usd.toFixed(4)]),
];

const environmentOf = (config: ClaudeCliConfig, { limits }: OpenOptions): Readonly<Record<string, string>> => ({
  ...(config.apiKey === "" ? {} : { ANTHROPIC_API_KEY: config.apiKey }),
  ...(config.apiKey !== "" || config.oauthToken === "" ? {} : { CLAUDE_CODE_OAUTH_TOKEN: config.oauthToken }),
  ...(config.baseUrl === null ? {} : { ANTHROPIC_BASE_URL: config.baseUrl }),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_AUTOUPDATER: "1",
  // A refusal holds for the whole account, and conductor waits for all of it: ten tries of its own would be ten too many.
  CLAUDE_CODE_MAX_RETRIES: "2",
  // A person takes longer to answer than a tool may.
  MCP_TOOL_TIMEOUT: String(limits.wallMs),
});

/** The one place it may reach: its model. */
function hostOf(baseUrl: string | null): string {
  if (baseUrl === null) return "api.anthropic.com";
  const { hostname, port, protocol } = new URL(baseUrl);
  if (port === "" && protocol === "https:") return hostname;
  return `${hostname}:${port === "" ? 80 : port}`;
}
