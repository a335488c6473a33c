import type { ConfigValues } from "@taskwerk/config/schema";
import { secretValues } from "../../model/redact.ts";
import type { CourtWish } from "../../run/open-court.ts";
import { claudeAccount, given, listAt, numberAt, oauthTokenOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { configuredGates } from "../orchestrate/configured-gates.ts";
import { limitsOf, portsOf, setupOf } from "../orchestrate/settings-of.ts";
import { millisecondsOf } from "../plan/make-plan.ts";

/** How trees are judged where no agent works, from the configuration. Throws CONFIG_INVALID. */
export async function courtOf(app: App, config: ConfigValues, repository: CourtWish["repository"]): Promise<CourtWish> {
  const { env, newId, now } = app.world;
  const setup = setupOf(config, env);
  const handed = { ...setup?.env, ...given(env, listAt(config, "orchestration.agents.command.env")) };
  const secrets = [claudeAccount(app, config).apiKey, oauthTokenOf(app), ...secretValues(Object.values(handed))];
  return {
    repository,
    stateDir: app.stateDir,
    env,
    setup,
    secrets: secrets.filter((value) => value !== ""),
    mayInclude: listAt(config, "setup.include"),
    ports: portsOf(config, app.stateDir),
    limits: limitsOf(config),
    newId,
    now,
    gates: {
      minCoverage: numberAt(config, "orchestration.workflow.min_coverage"),
      minChangedCoverage:
        numberAt(config, "orchestration.workflow.min_changed_coverage") ??
        CONFIG_KEYS["orchestration.workflow.min_changed_coverage"].default,
      requireTests: config["orchestration.workflow.require_tests"] === true,
      timeoutMs: millisecondsOf(
        textAt(config, "gates.timeout") ?? CONFIG_KEYS["gates.timeout"].default,
        "gates.timeout",
      ),
      configured: await configuredGates(app.configPlaces),
    },
  };
}
