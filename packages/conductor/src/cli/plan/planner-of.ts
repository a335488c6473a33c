/** Which planner makes a plan, and who pays for it. */
import { join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { ClaudeCliCredential } from "../../plan/planners/claude-cli/transport.ts";
import type { Planner } from "../../plan/planners/planner.ts";
import { claudeAccount, claudeProgram, numberAt, oauthTokenOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { writeOwn } from "../config/write-own.ts";
import { mayAsk } from "../may-talk.ts";
import { pricesOf } from "../price-fields.ts";

export interface ChosenPlanner {
  readonly planner: Planner;
  /** In words; null when nobody is asked for money. */
  readonly paidBy: string | null;
  /** True when a subscription pays, whatever the list prices say. */
  readonly subscription: boolean;
}

const NAMES = ["outline", "claude-api", "claude-cli", "claude"] as const;
const VIA = "orchestration.agents.claude.via";
/** An answer of a plan is longer than most of an agent's. */
const LEAST_ANSWER = 32_000;

/**
 * The planner that was named; without a name the account that there is, and `outline` where there is none. Where a key and a
 * login of Claude Code are both there and nobody has chosen, a person is asked, once; elsewhere it is refused. Throws
 * CREDENTIAL_MISSING, AGENT_UNAVAILABLE, USAGE.
 */
export async function choosePlanner(app: App, asked: string | undefined): Promise<ChosenPlanner> {
  if (asked !== undefined && !NAMES.some((name) => name === asked))
    throw new WerkError("USAGE", `there is no planner "${asked}".`, {
      hint: `Planners:  ${NAMES.join(", ")}`,
      field: "planner",
      given: asked,
      candidates: [...NAMES],
    });
  const config = await app.config();
  switch (asked === "outline" ? "outline" : await wayOf(app, config, asked)) {
    case "outline":
      return {
        planner: (await import("../../plan/planners/outline/outline.ts")).outlinePlanner,
        paidBy: null,
        subscription: false,
      };
    case "api":
      return byKey(app, config);
    case "cli":
      return byClaudeCode(app, config);
  }
}

/** What was named, or chosen once, or is the only one there. */
async function wayOf(app: App, config: ConfigValues, asked: string | undefined): Promise<"outline" | "api" | "cli"> {
  if (asked === "claude-api") return "api";
  if (asked === "claude-cli") return "cli";
  const chosen = textAt(config, VIA);
  if (chosen === "cli" || (chosen === "api" && (asked !== undefined || hasKey(app)))) return chosen;
  const login = await hasLogin(app, config);
  if (hasKey(app) && login) return ask(app);
  if (hasKey(app)) return "api";
  if (login) return "cli";
  if (asked === undefined) return "outline";
  throw new WerkError("CREDENTIAL_MISSING", "the planner claude needs a key or a login, and there is neither", {
    hint: "export ANTHROPIC_API_KEY=...     or:  claude auth login     Without an account:  --planner outline",
    field: "planner",
    given: asked,
  });
}

const hasKey = (app: App): boolean => (app.world.env.ANTHROPIC_API_KEY ?? "") !== "";

/** A subscription that Claude Code can use: a token, or what it says itself. */
async function hasLogin(app: App, config: ConfigValues): Promise<boolean> {
  const program = claudeProgram(app, config);
  if (program === null) return false;
  if (oauthTokenOf(app) !== "") return true;
  const { isLoggedIn } = await import("../../plan/planners/claude-cli/login.ts");
  return isLoggedIn(program, { env: environmentOf(app), cwd: app.world.tmpDir });
}

const environmentOf = ({ world }: App): Readonly<Record<string, string>> => ({
  PATH: world.env.PATH ?? "",
  HOME: world.homeDir,
  ...(world.env.CLAUDE_CONFIG_DIR === undefined ? {} : { CLAUDE_CONFIG_DIR: world.env.CLAUDE_CONFIG_DIR }),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
});

async function ask(app: App): Promise<"api" | "cli"> {
  const key = `the API key ending in ${keyEnd(app)}`;
  if (!mayAsk(app))
    throw new WerkError("USAGE", `who pays for planning? There are ${key} and a login of Claude Code.`, {
      hint: `This time:  --planner claude-api  or  --planner claude-cli\nFor good:   conductor config set ${VIA} api  or  cli`,
      field: "planner",
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

const keyEnd = ({ world }: App): string => (world.env.ANTHROPIC_API_KEY ?? "").slice(-4);

async function byKey(app: App, config: ConfigValues): Promise<ChosenPlanner> {
  const account = claudeAccount(app, config);
  if (account.apiKey === "")
    throw new WerkError("CREDENTIAL_MISSING", "the planner claude-api needs a key, and ANTHROPIC_API_KEY is not set", {
      hint: "Without an account:  --planner outline",
      field: "planner",
      given: "claude-api",
    });
  const { claudeApiPlanner } = await import("../../plan/planners/claude-api/claude-planner.ts");
  return {
    planner: claudeApiPlanner({
      apiKey: account.apiKey,
      model: account.model,
      ...(account.baseUrl === null ? {} : { baseURL: account.baseUrl }),
      ...(await sharedBy(app, config)),
    }),
    paidBy: `the API key ending in ${keyEnd(app)}`,
    subscription: false,
  };
}

async function byClaudeCode(app: App, config: ConfigValues): Promise<ChosenPlanner> {
  const program = claudeProgram(app, config);
  if (program === null)
    throw new WerkError("AGENT_UNAVAILABLE", "Claude Code is not there: no claude on PATH", {
      hint: "Install it, or say where it is:  conductor config set orchestration.agents.claude.path /path/to/claude",
      field: "planner",
      given: "claude-cli",
    });
  const credential = await credentialOf(app, config);
  const { claudeCliPlanner } = await import("../../plan/planners/claude-cli/claude-cli-planner.ts");
  const account = claudeAccount(app, config);
  return {
    planner: claudeCliPlanner({
      path: program,
      model: account.model,
      credential,
      ...(account.baseUrl === null ? {} : { baseURL: account.baseUrl }),
      homeDir: app.world.homeDir,
      tmpDir: app.world.tmpDir,
      hostEnv: app.world.env,
      ...(await sharedBy(app, config)),
    }),
    paidBy: credential.kind === "key" ? `the API key ending in ${keyEnd(app)}` : "the login of Claude Code",
    subscription: credential.kind !== "key",
  };
}

/** A login pays before a key: who has both has named Claude Code for its subscription. */
async function credentialOf(app: App, config: ConfigValues): Promise<ClaudeCliCredential> {
  const oauthToken = oauthTokenOf(app);
  if (oauthToken !== "") return { kind: "token", oauthToken };
  if (await hasLogin(app, config)) return { kind: "login" };
  if (hasKey(app)) return { kind: "key", apiKey: claudeAccount(app, config).apiKey };
  throw new WerkError("CREDENTIAL_MISSING", "Claude Code has no login, and ANTHROPIC_API_KEY is not set", {
    hint: "claude auth login     or:  export CLAUDE_CODE_OAUTH_TOKEN=... as `claude setup-token` prints it",
    field: "planner",
    given: "claude-cli",
  });
}

async function sharedBy(app: App, config: ConfigValues) {
  const { answerStore } = await import("../../plan/planners/model/answer-store.ts");
  return {
    prices: pricesOf(config),
    store: answerStore(join(app.stateDir, "plan-answers")),
    maxTokens: Math.max(LEAST_ANSWER, numberAt(config, "orchestration.agents.claude.max_tokens") ?? 0),
  };
}
