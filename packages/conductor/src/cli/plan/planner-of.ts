/** Which planner makes a plan, and who pays for it. */
import { join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { ClaudeCliCredential } from "../../plan/planners/claude-cli/transport.ts";
import type { Planner } from "../../plan/planners/planner.ts";
import { claudeAccount, claudeProgram, numberAt, oauthTokenOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { pricesOf } from "../price-fields.ts";
import { askWhoPays, hasKey, hasLogin, keyEnd, VIA } from "../who-pays.ts";

export interface ChosenPlanner {
  readonly planner: Planner;
  /** In words; null when nobody is asked for money. */
  readonly paidBy: string | null;
  /** The same in few words, as sessions have it. */
  readonly payer: string | null;
  /** True when a subscription pays, whatever the list prices say. */
  readonly subscription: boolean;
}

const NAMES = ["outline", "claude-api", "claude-cli", "claude"] as const;
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
        payer: null,
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
  if (hasKey(app) && login) return askWhoPays(app, "planning", "--planner claude-api  or  --planner claude-cli");
  if (hasKey(app)) return "api";
  if (login) return "cli";
  if (asked === undefined) return "outline";
  throw new WerkError("CREDENTIAL_MISSING", "the planner claude needs a key or a login, and there is neither", {
    hint: "export ANTHROPIC_API_KEY=...     or:  claude auth login     Without an account:  --planner outline",
    field: "planner",
    given: asked,
  });
}

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
    payer: `API key ...${keyEnd(app)}`,
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
    payer: credential.kind === "key" ? `API key ...${keyEnd(app)}` : "subscription",
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
