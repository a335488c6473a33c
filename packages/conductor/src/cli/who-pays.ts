/** Who pays for claude: a key, or the login of Claude Code. Never decided by a repository, and asked once where both are there. */
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { claudeProgram, listAt, oauthTokenOf, textAt } from "./agents-of.ts";
import type { App } from "./app.ts";
import { writeOwn } from "./config/write-own.ts";
import { mayAsk } from "./may-talk.ts";

export const VIA = "orchestration.agents.claude.via";

/**
 * The configuration with which a run of this agent is paid; a person is asked where a key and a login are both there and
 * nobody has chosen. `agent`: as it was named, or null. Throws USAGE where nobody can be asked.
 */
export async function settleWhoPays(app: App, config: ConfigValues, agent: string | null): Promise<ConfigValues> {
  const name =
    agent ??
    textAt(config, "orchestration.agent") ??
    (listAt(config, "orchestration.agents.command.argv").length > 0 ? "command" : "claude");
  if (name !== "claude" || textAt(config, VIA) !== null || !hasKey(app) || !(await hasLogin(app, config)))
    return config;
  await askWhoPays(app, "the agent claude", "--agent claude-cli, for the login");
  return app.config();
}

/** An API key is in the environment. */
export const hasKey = (app: App): boolean => (app.world.env.ANTHROPIC_API_KEY ?? "") !== "";

/** A subscription that Claude Code can use: a token, or what it says itself. */
export async function hasLogin(app: App, config: ConfigValues): Promise<boolean> {
  const program = claudeProgram(app, config);
  if (program === null) return false;
  if (oauthTokenOf(app) !== "") return true;
  const { isLoggedIn } = await import("../plan/planners/claude-cli/login.ts");
  return isLoggedIn(program, { env: environmentOf(app), cwd: app.world.tmpDir });
}

const environmentOf = ({ world }: App): Readonly<Record<string, string>> => ({
  PATH: world.env.PATH ?? "",
  HOME: world.homeDir,
  ...(world.env.CLAUDE_CONFIG_DIR === undefined ? {} : { CLAUDE_CONFIG_DIR: world.env.CLAUDE_CONFIG_DIR }),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
});

/**
 * Asks a person who pays, once and for all; kept in their own file. `what` is to be paid, `once`: the flags that choose this
 * time. Throws USAGE where nobody can be asked.
 */
export async function askWhoPays(app: App, what: string, once: string): Promise<"api" | "cli"> {
  const key = `the API key ending in ${keyEnd(app)}`;
  if (!mayAsk(app))
    throw new WerkError("USAGE", `who pays for ${what}? There are ${key} and a login of Claude Code.`, {
      hint: `This time:  ${once}\nFor good:   conductor config set ${VIA} api  or  cli`,
      field: what === "planning" ? "planner" : "agent",
    });
  app.note("Who pays for planning and for the agent claude? This is asked once.");
  app.note(`  1  ${key}`);
  app.note("  2  the login of Claude Code (its subscription)");
  const answer = (await app.world.ask("1 or 2? "))?.trim();
  const way = answer === "1" ? "api" : answer === "2" ? "cli" : null;
  if (way === null)
    throw new WerkError("CONFIRMATION_REQUIRED", "nobody was chosen to pay, so nothing was asked", {
      hint: `conductor config set ${VIA} api  or  cli`,
    });
  const file = await writeOwn(app, VIA, way);
  app.note(`Kept in ${file}`);
  app.note(`Change it:  conductor config set ${VIA} ${way === "api" ? "cli" : "api"}`);
  return way;
}

/** What a key is named by: its last four characters. */
export const keyEnd = ({ world }: App): string => (world.env.ANTHROPIC_API_KEY ?? "").slice(-4);
