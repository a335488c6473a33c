import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { AgentAdapter } from "../../model/agent.ts";
import { agentName, agentsOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";

/**
 * Who takes a task over on which `agent` goes in circles: the agent that is named for it, or the same with another model. Null
 * where neither is configured. Throws CONFIG_INVALID, AGENT_UNAVAILABLE.
 */
export async function otherAgentOf(
  app: App,
  {
    config,
    agents,
    agent,
  }: { readonly config: ConfigValues; readonly agents: Awaited<ReturnType<typeof agentsOf>>; readonly agent: string },
): Promise<AgentAdapter | null> {
  const named = textAt(config, "loops.other_agent");
  const model = textAt(config, "loops.other_model");
  if (model === null) return named === null || named === agent ? null : agents.get(agentName(named, config, agents));
  const id = named ?? agent;
  if (id === "command")
    throw new WerkError("CONFIG_INVALID", "loops.other_model: the agent command chooses its model itself", {
      field: "loops.other_model",
      given: model,
      hint: "Name an agent of claude's beside it:  conductor config set loops.other_agent claude\nor:  conductor config unset loops.other_model",
    });
  const others = await agentsOf(app, { ...config, "orchestration.agents.claude.model": model });
  const other = others.get(agentName(id, config, others));
  return { ...other, id: `${other.id} (${model})` };
}
