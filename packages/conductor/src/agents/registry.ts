/** The agents that are configured, by name. */
import { WerkError } from "@taskwerk/contract/errors";
import type { AgentAdapter, AgentInfo } from "../model/agent.ts";
import { type ClaudeApiConfig, claudeApiAgent } from "./claude-api.ts";
import { type ClaudeCliConfig, claudeCliAgent } from "./claude-cli.ts";
import { type CommandAgentConfig, commandAgent } from "./command.ts";

export type AgentConfig = ClaudeApiConfig | ClaudeCliConfig | CommandAgentConfig;

export interface Agents {
  readonly ids: readonly string[];
  /** Throws USAGE when no agent has this name. */
  get(id: string): AgentAdapter;
  /** What each of them is, asked all at once. */
  probeAll(): Promise<readonly AgentInfo[]>;
}

function adapterOf(config: AgentConfig): AgentAdapter {
  switch (config.kind) {
    case "command":
      return commandAgent(config);
    case "claude-api":
      return claudeApiAgent(config);
    case "claude-cli":
      return claudeCliAgent(config);
  }
}

/** Makes the adapters. Throws CONFIG_INVALID when two agents have one name, or a command has no words. */
export function createAgents(configs: readonly AgentConfig[]): Agents {
  const adapters = new Map<string, AgentAdapter>();
  for (const config of configs) {
    if (adapters.has(config.id))
      throw new WerkError("CONFIG_INVALID", `Two agents are named ${config.id}.`, { field: "orchestration.agents" });
    if (config.kind === "command" && (config.argv[0] ?? "") === "")
      throw new WerkError("CONFIG_INVALID", `The agent ${config.id} has no command.`, {
        field: `orchestration.agents.${config.id}.argv`,
        hint: "Give the words of its command line as a list.",
      });
    adapters.set(config.id, adapterOf(config));
  }
  const ids = [...adapters.keys()];
  return {
    ids,
    get(id) {
      const adapter = adapters.get(id);
      if (adapter !== undefined) return adapter;
      throw new WerkError("USAGE", `there is no agent ${id}.`, {
        field: "agent",
        given: id,
        candidates: ids,
        hint:
          ids.length === 0
            ? "Configure one: orchestration.agents.command.argv in ~/.config/conductor/config.yml"
            : `Agents there are:  ${ids.join(", ")}`,
      });
    },
    probeAll: () => Promise.all([...adapters.values()].map((adapter) => adapter.probe())),
  };
}
