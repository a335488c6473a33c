import type { ConfigValues } from "@taskwerk/config/schema";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import { stringify } from "yaml";
import { CONFIG_KEYS } from "../config-keys.ts";

/** What of the user's own file a rehearsal works with: how work is judged and set up. Never who is told, who pays, or what agents there are. */
const TAKEN =
  /^(?:gates(?:_detect|\.concurrency|\.timeout)?|setup\.\w+|limits\.\w+|orchestration\.workflow\.\w+|orchestration\.safety\.\w+)$/;

/** The text of conductor's configuration for a rehearsal. `own`: what the user's own file says. */
export function rehearsalConfig(
  scenario: Scenario,
  own: ConfigValues,
  play: {
    /** The command line of the scripted agent. */
    readonly argv: readonly string[];
    readonly binds: readonly string[];
    /** Where the scripted model listens; null = the agents are programs. */
    readonly modelUrl: string | null;
  },
): string {
  const { maxAttempts, taskMinutes } = scenario.run ?? {};
  const model = CONFIG_KEYS["orchestration.agents.claude.model"].default;
  const values: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(own).filter(([key]) => TAKEN.test(key))),
    "orchestration.agents.command.argv": play.argv,
    "orchestration.agents.command.binds": play.binds,
    "orchestration.agents.command.paid_by": "nobody (scripted)",
    "orchestration.agents.command.reports_usage": true,
    "commits.sign": "never",
    ...(play.modelUrl === null
      ? {}
      : {
          "orchestration.agents.claude.base_url": play.modelUrl,
          "orchestration.agents.claude.model": model,
          prices: [{ model, input: 0, output: 0, cache_read: 0, cache_write: 0 }],
        }),
    ...(maxAttempts === undefined ? {} : { "orchestration.safety.max_attempts": maxAttempts }),
    ...(taskMinutes === undefined ? {} : { "orchestration.safety.max_task_duration": `${taskMinutes}m` }),
  };
  return stringify(nested(values));
}

/** `a.b: 1` as `a: {b: 1}`; beside the list `gates` its settings have their other spelling. */
function nested(values: Readonly<Record<string, unknown>>): unknown {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const parts = /^gates\.(concurrency|timeout)$/.test(key) ? [key.replace(".", "_")] : key.split(".");
    let place = tree;
    for (const part of parts.slice(0, -1)) {
      place[part] ??= {};
      place = place[part] as Record<string, unknown>;
    }
    place[parts.at(-1)!] = value;
  }
  return tree;
}
