/** For tests: a program that speaks as Claude Code does on its command line, steered by the name of a behaviour. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClaudeCliConfig, claudeCliAgent } from "../agents/claude-cli.ts";
import type { AgentAdapter } from "../model/agent.ts";
import { PRICES } from "../model/price.ts";
import type { AgentRig } from "./agent-rig.ts";

const PROGRAM = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const { execFileSync, spawn } = require("node:child_process");
const args = process.argv.slice(2);
if (args[0] === "--version") { console.log("2.1.197 (Claude Code)"); process.exit(0); }
const after = (flag) => args[args.indexOf(flag) + 1];
const brief = readFileSync(0, "utf8");
const { command, args: words } = JSON.parse(readFileSync(after("--mcp-config"), "utf8")).mcpServers.conductor;
const server = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
let next = 0, heard = "";
server.stdout.setEncoding("utf8").on("data", (chunk) => {
  const lines = (heard + chunk).split("\\n");
  heard = lines.pop();
  for (const line of lines) { const message = JSON.parse(line); waiting.get(message.id)(message); }
});
const rpc = (method, params) => new Promise((done) => { waiting.set(++next, done); server.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: next, method, params }) + "\\n"); });
const out = (line) => process.stdout.write(JSON.stringify(line) + "\\n");
let turns = 0;
const says = (...content) => out({ type: "assistant", message: { id: "msg_" + ++turns, content, usage: { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 } } });
const uses = async (name, input, work) => {
  const id = "tool_" + (turns + 1);
  says({ type: "tool_use", id, name, input });
  let content, is_error = false;
  try { content = await work(); } catch (error) { content = error.message; is_error = true; }
  out({ type: "user", message: { content: [{ type: "tool_result", tool_use_id: id, content, is_error }] } });
  return content;
};
const tool = (name, input) => uses("mcp__conductor__" + name, input, async () => {
  const { result, error } = await rpc("tools/call", { name, arguments: input });
  if (error || result.isError) throw new Error(error ? error.message : result.content[0].text);
  return result.content[0].text;
});
const ends = (more = {}) => out({ type: "result", subtype: "success", is_error: false, result: "Done.", total_cost_usd: 0.01 * turns, usage: { input_tokens: 100 * turns, output_tokens: 20 * turns }, permission_denials: [], ...more });
const git = (...words) => execFileSync("git", words, { encoding: "utf8" });
const modes = {
  async finishes() {
    const task = JSON.parse(await tool("task_get", {}));
    await uses("Write", { file_path: "hello.txt" }, () => (writeFileSync("hello.txt", task.id), "written"));
    await uses("Bash", { command: "git commit" }, () => (git("add", "-A"), git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "feat: hello")));
    await tool("claim_done", { evidence: "it is there" });
    ends();
  },
  async asks() {
    writeFileSync("answer.txt", await tool("ask_human", { question: "Which db?", options: ["sqlite", "postgres"], default: "sqlite", reversible: true }));
    ends();
  },
  async nudged() { says({ type: "text", text: "waiting" }); ends(); },
  hangs: () => new Promise(() => setInterval(() => {}, 1000)),
  crashes() { console.error("out of luck"); process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); },
  async floods() { for (;;) { says({ type: "text", text: "x".repeat(99) }); await new Promise(setImmediate); } },
  async "idles-by"() { says({ type: "text", text: "nothing to do" }); ends(); },
  async blocked() { await tool("report_blocker", { reason: "no schema" }); ends(); },
  async denied() { says({ type: "text", text: "I may not" }); ends({ permission_denials: [{ tool_name: "WebFetch" }] }); },
  async unauthorized() { out({ type: "system", subtype: "api_retry", attempt: 1, retry_delay_ms: 500, error_status: 401, error: "authentication_failed" }); await new Promise(() => setInterval(() => {}, 1000)); },
  async limited() { ends({ is_error: true, result: "API Error: 429 rate limited", api_error_status: 429 }); process.exitCode = 1; },
  async "usage-limit"() { ends({ is_error: true, result: "Claude AI usage limit reached|4070908800" }); process.exitCode = 1; },
  async "turns-out"() { ends({ subtype: "error_max_turns", is_error: true, result: null }); process.exitCode = 1; },
  async "too-long"() { ends({ is_error: true, result: "Prompt is too long", terminal_reason: "prompt_too_long" }); process.exitCode = 1; },
  async mute() {},
};
(async () => {
  out({ type: "system", subtype: "init", model: "claude-sonnet-5-5", session_id: after("--session-id") });
  await rpc("initialize", { protocolVersion: "2025-06-18" });
  await modes[after("--model")]();
  server.stdin.end();
})();
`;

/** The stand-in in a directory of its own; the behaviour goes where a model's name would. */
export async function fakeClaude(
  rig: AgentRig,
  behaviour: string,
  config: Partial<ClaudeCliConfig> = {},
): Promise<AgentAdapter> {
  const dir = join(rig.root, "program");
  await mkdir(dir, { recursive: true });
  const path = join(dir, "claude");
  await writeFile(path, PROGRAM, { mode: 0o755 });
  return claudeCliAgent({
    kind: "claude-cli",
    id: "claude-cli",
    path,
    model: behaviour,
    baseUrl: "http://127.0.0.1:9",
    apiKey: "sk-ant-test-0000-7Qf2",
    oauthToken: "",
    prices: PRICES,
    socketPrefix: join(rig.root, "c-"),
    hostEnv: { PATH: process.env.PATH ?? "" },
    nodePath: process.execPath,
    ...config,
  });
}
