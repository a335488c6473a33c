/** For tests: a steerable program as an agent, and an agent for a scripted model. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClaudeApiConfig, claudeApiAgent } from "../agents/claude-api.ts";
import { type CommandAgentConfig, commandAgent } from "../agents/command.ts";
import type { AgentAdapter } from "../model/agent.ts";
import { PRICES } from "../model/price.ts";
import type { AgentRig } from "./agent-rig.ts";

/** A client for the side channel, and each behaviour with it. */
const PROGRAM = `
import { connect } from "node:net";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
const socket = connect(process.env.CONDUCTOR_SOCKET);
let rest = "", next = 0, nudge;
const nudged = new Promise((done) => (nudge = done));
const waiting = new Map();
socket.setEncoding("utf8").on("data", (chunk) => {
  const lines = (rest + chunk).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.nudge) nudge(message.nudge);
    else waiting.get(message.id)?.(message);
  }
});
const ask = (op, more = {}) => new Promise((done) => { waiting.set(++next, done); socket.write(JSON.stringify({ id: next, op, ...more }) + "\\n"); });
const commit = () => {
  execFileSync("git", ["add", "-A"]);
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "feat: hello"]);
};
const modes = {
  async finishes() {
    const { result: task } = await ask("task_get");
    writeFileSync("hello.txt", task.id);
    await ask("tool", { name: "write", input: { path: "hello.txt" }, output: "ok" });
    await ask("usage", { input_tokens: 100, output_tokens: 20, cost_usd: 0.01 });
    await ask("turn");
    commit();
    await ask("claim_done", { evidence: "it is there" });
  },
  async asks() {
    const { result } = await ask("ask_human", { question: "Which db?", options: ["sqlite", "postgres"], default: "sqlite", reversible: true });
    writeFileSync("answer.txt", result.answer);
  },
  async nudged() { console.log("waiting"); writeFileSync("nudge.txt", await nudged); },
  hangs: () => new Promise(() => setInterval(() => {}, 1000)),
  crashes() { console.error("out of luck"); process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); },
  async floods() { for (;;) { process.stdout.write("x".repeat(99) + "\\n"); await new Promise(setImmediate); } },
  async "idles-by"() { console.log("nothing to do"); },
  async blocked() { await ask("report_blocker", { reason: "no schema" }); },
};
await modes[process.argv[2]]();
socket.end();
`;

/** A program in a directory of its own. */
export async function programAgent(
  rig: AgentRig,
  argument: string,
  config: Partial<CommandAgentConfig> = {},
  program: string = PROGRAM,
): Promise<AgentAdapter> {
  const dir = join(rig.root, "program");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "agent.mjs"), program);
  return commandAgent({
    kind: "command",
    id: "program",
    argv: [process.execPath, join(dir, "agent.mjs"), argument],
    env: {},
    binds: [
      { path: dir, mode: "ro" },
      { path: process.execPath, mode: "ro" },
    ],
    network: "none",
    reportsUsage: true,
    model: null,
    paidBy: "nobody (scripted)",
    versionArgv: [process.execPath, "--version"],
    socketPrefix: join(rig.root, "c-"),
    hostEnv: { PATH: process.env.PATH ?? "" },
    ...config,
  });
}

export const KEY = "sk-ant-test-0000-7Qf2";

/** An agent for a scripted model that listens at `url`. */
export const modelAgent = (url: string, config: Partial<ClaudeApiConfig> = {}): AgentAdapter =>
  claudeApiAgent({
    kind: "claude-api",
    id: "claude",
    model: "claude-sonnet-5-5",
    baseUrl: url,
    apiKey: KEY,
    maxTokens: 4_096,
    prices: PRICES,
    retry: { budgetMs: 300, firstMs: 10, longestMs: 50 },
    paidBy: null,
    nodePath: process.execPath,
    random: () => 0.5,
    ...config,
  });
