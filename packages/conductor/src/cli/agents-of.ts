import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { AgentConfig, Agents } from "../agents/registry.ts";
import { agentBinds } from "./agent-binds.ts";
import type { App } from "./app.ts";
import { CONFIG_KEYS } from "./config-keys.ts";
import { pricesOf } from "./price-fields.ts";

/** The model, address and key of the claude agent and planner. The key comes from the environment only. */
export function claudeAccount(
  app: App,
  config: ConfigValues,
): { readonly apiKey: string; readonly model: string; readonly baseUrl: string | null } {
  return {
    apiKey: app.world.env.ANTHROPIC_API_KEY ?? "",
    model:
      textAt(config, "orchestration.agents.claude.model") ?? CONFIG_KEYS["orchestration.agents.claude.model"].default,
    baseUrl: textAt(config, "orchestration.agents.claude.base_url"),
  };
}

/** The token of a subscription, for Claude Code's command line; "" = none. */
export const oauthTokenOf = ({ world }: App): string => world.env.CLAUDE_CODE_OAUTH_TOKEN ?? "";

/** Every agent that can be used here: `claude`, and `command` where a command line is configured. */
export async function agentsOf(app: App, config: ConfigValues): Promise<Agents> {
  const { createAgents } = await import("../agents/registry.ts");
  const { world } = app;
  const { socketDirPrefix } = await import("../model/socket-dir.ts");
  const { socketOwner } = await import("../sandbox/sweep-sockets.ts");
  const socketPrefix = join(world.tmpDir, socketDirPrefix("c", await socketOwner()));
  const account = claudeAccount(app, config);
  const api = config["orchestration.agents.claude.via"] !== "cli";
  const configs: AgentConfig[] = [
    {
      kind: "claude-api",
      id: api ? "claude" : "claude-api",
      ...account,
      maxTokens:
        numberAt(config, "orchestration.agents.claude.max_tokens") ??
        CONFIG_KEYS["orchestration.agents.claude.max_tokens"].default,
      prices: pricesOf(config),
      retry: { budgetMs: 15 * 60_000, firstMs: 1_000, longestMs: 60_000 },
      paidBy: null,
      nodePath: world.nodePath,
      random: world.random,
    },
  ];
  const program = claudeProgram(app, config);
  if (program !== null)
    configs.push({
      kind: "claude-cli",
      id: api ? "claude-cli" : "claude",
      ...account,
      // Who has named Claude Code and has its token has named it for the subscription: the key is not to pay.
      ...(!api && oauthTokenOf(app) !== "" ? { apiKey: "" } : {}),
      path: program,
      model: textAt(config, "orchestration.agents.claude.model"),
      oauthToken: oauthTokenOf(app),
      prices: pricesOf(config),
      socketPrefix,
      hostEnv: { PATH: world.env.PATH ?? "" },
      nodePath: world.nodePath,
    });
  const argv = listAt(config, "orchestration.agents.command.argv");
  const hosts = listAt(config, "orchestration.agents.command.hosts");
  await checkHosts(hosts);
  if (argv.length > 0)
    configs.push({
      kind: "command",
      id: "command",
      argv,
      env: given(world.env, listAt(config, "orchestration.agents.command.env")),
      binds: agentBinds(argv, listAt(config, "orchestration.agents.command.binds"), [world.homeDir, app.root]),
      network: config["orchestration.agents.command.network"] === true ? "host" : "none",
      hosts,
      reportsUsage: config["orchestration.agents.command.reports_usage"] === true,
      model: null,
      paidBy: textAt(config, "orchestration.agents.command.paid_by"),
      versionArgv: null,
      socketPrefix,
      hostEnv: { PATH: world.env.PATH ?? "" },
    });
  return createAgents(configs);
}

/** Throws CONFIG_INVALID for hosts that no rule can be made of. */
async function checkHosts(hosts: readonly string[]): Promise<void> {
  if (hosts.length === 0) return;
  const { egressRules } = await import("../sandbox/egress-rules.ts");
  const rules = egressRules(hosts);
  if (rules.kind === "invalid")
    throw new WerkError("CONFIG_INVALID", `orchestration.agents.command.hosts: ${rules.problem}`, {
      field: "orchestration.agents.command.hosts",
      hint: "Correct it in your own file, ~/.config/conductor/config.yml",
    });
}

/** Claude Code's program: as it is configured, else the `claude` of PATH; null when there is none. Throws AGENT_UNAVAILABLE. */
export function claudeProgram({ world }: App, config: ConfigValues): string | null {
  const named = textAt(config, "orchestration.agents.claude.path");
  const places = named === null ? (world.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "claude")) : [named];
  const found = places.find((path) => isAbsolute(path) && existsSync(path)) ?? null;
  if (found === null && (named !== null || config["orchestration.agents.claude.via"] === "cli"))
    throw noClaudeCode(named ?? "no claude on PATH");
  return found;
}

const noClaudeCode = (why: string): WerkError =>
  new WerkError("AGENT_UNAVAILABLE", `Claude Code is not there: ${why}`, {
    hint: "Install it, or say where it is:  conductor config set orchestration.agents.claude.path /path/to/claude",
    field: "orchestration.agents.claude.path",
  });

/** The name of the agent to use: what was asked for, what is configured, else what there is. */
export function agentName(asked: string | undefined, config: ConfigValues, agents: Agents): string {
  const name =
    asked ?? textAt(config, "orchestration.agent") ?? (agents.ids.includes("command") ? "command" : "claude");
  if (agents.ids.includes(name)) return name;
  if (name === "command")
    throw new WerkError("AGENT_UNAVAILABLE", "no command line is configured for the agent named command", {
      hint: "Set orchestration.agents.command.argv in ~/.config/conductor/config.yml",
      field: "agent",
      given: name,
      candidates: agents.ids,
    });
  if (name === "claude-cli") throw noClaudeCode("no claude on PATH");
  return agents.get(name).id;
}

/** The variables of these names that are set. */
export const given = (env: App["world"]["env"], names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

export const textAt = (config: ConfigValues, key: string): string | null => {
  const value = config[key];
  return typeof value === "string" && value !== "" ? value : null;
};
export const numberAt = (config: ConfigValues, key: string): number | null => {
  const value = config[key];
  return typeof value === "number" ? value : null;
};
export const listAt = (config: ConfigValues, key: string): readonly string[] => {
  const value = config[key];
  return Array.isArray(value) ? value : [];
};
