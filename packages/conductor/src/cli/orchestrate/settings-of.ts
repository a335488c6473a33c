import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigCounts, ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { BRIEF_LIMIT } from "../../model/brief.ts";
import type { UseLimits } from "../../model/command.ts";
import type { OnExpiry } from "../../model/decision.ts";
import type { LoopLimits } from "../../model/loop.ts";
import { DEFAULT_POLICY, type PolicySettings } from "../../policy/decide.ts";
import { PROTECTED_CLASSES } from "../../policy/protected.ts";
import type { Caps, RunSettings } from "../../run/context.ts";
import type { Retention } from "../../run/old-files.ts";
import type { OpenWish, PreflightWish } from "../../run/preflight.ts";
import type { Limit } from "../../run/purse.ts";
import { given, listAt, numberAt, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
import { rulesOf } from "../policy-fields.ts";

const MINUTE = 60_000;

/** When an agent goes in circles. Throws CONFIG_INVALID. */
export function loopLimitsOf(config: ConfigValues): LoopLimits {
  const number = (key: KeyOf<number>): number => numberAt(config, key) ?? CONFIG_KEYS[key].default;
  const duration = (key: KeyOf<string>): number => millisecondsOf(textAt(config, key) ?? CONFIG_KEYS[key].default, key);
  return {
    sameResult: number("loops.same_result"),
    sameError: number("loops.same_error"),
    pollTimes: number("loops.poll_times"),
    pollMs: duration("loops.poll_for"),
    cycleLength: number("loops.cycle_length"),
    cycleTimes: number("loops.cycle_times"),
    talkTurns: number("loops.talk_turns"),
    treeReturns: number("loops.tree_returns"),
    silentMs: duration("loops.silent"),
    toolMs: duration("loops.tool_time"),
    turnTokens: number("loops.turn_tokens"),
    turnTokensLeast: number("loops.turn_tokens_least"),
    contextTokens: number("loops.context_tokens"),
    contextPercent: number("loops.context_percent"),
    sameGates: number("loops.same_gates"),
    failingRounds: number("loops.failing_rounds"),
    unchanged: number("loops.unchanged"),
    dispatches: number("loops.dispatches"),
  };
}

/** Keys whose default is of this type. */
type KeyOf<T> = {
  [K in keyof typeof CONFIG_KEYS]: (typeof CONFIG_KEYS)[K] extends { readonly default: T } ? K : never;
}[keyof typeof CONFIG_KEYS];

/** The settings of a run with this agent, from the configuration and its defaults. Throws CONFIG_INVALID. */
export function settingsOf(config: ConfigValues, agent: string): RunSettings {
  const number = (key: KeyOf<number>): number => numberAt(config, key) ?? CONFIG_KEYS[key].default;
  const text = (key: KeyOf<string>): string => textAt(config, key) ?? CONFIG_KEYS[key].default;
  const duration = (key: KeyOf<string>): number => millisecondsOf(text(key), key);
  return {
    maxRounds: number("orchestration.safety.max_attempts"),
    maxConflictRounds: 3,
    maxConsecutiveFailures: number("orchestration.safety.max_consecutive_failures"),
    maxTaskMs: duration("orchestration.safety.max_task_duration"),
    idleMs: 5 * MINUTE,
    maxTurns: 200,
    outputBytes: bytesOf(textAt(config, "limits.output") ?? CONFIG_KEYS["limits.output"].default),
    leaseSeconds: 120,
    gatesAtOnce: number("gates.concurrency"),
    branchPattern: text("orchestration.workflow.branch_pattern"),
    autoCommit: config["orchestration.workflow.auto_commit"] !== false,
    policy: policyOf(config),
    holdMs: 10 * MINUTE,
    limitWaitMs: duration("orchestration.safety.max_limit_wait"),
    decisionMs: duration("decisions.deadline"),
    onExpiry: {
      approval: text("decisions.on_expiry.approvals") as OnExpiry,
      question: text("decisions.on_expiry.questions") as OnExpiry,
    },
    assumeReversible: text("decisions.assume") === "reversible",
    budgets: { task: limitOf(config, "task"), plan: limitOf(config, "plan"), day: limitOf(config, "day") },
    warnAt: number("budget.warn_percent") / 100,
    briefLimit: BRIEF_LIMIT,
    loops: loopLimitsOf(config),
    caps: capsOf(config, agent),
    coAuthor: textAt(config, "commits.co_author"),
  };
}

const limitOf = (config: ConfigValues, scope: "task" | "plan" | "day"): Limit => ({
  usd: numberAt(config, `budget.${scope}_usd`),
  tokens: numberAt(config, `budget.${scope}_tokens`),
});

/** What holds beside the number of agents. claude is one account, however it is reached. */
export function capsOf(config: ConfigValues, agent: string): Caps {
  const of = `orchestration.agents.${agent.startsWith("claude") ? "claude" : agent}`;
  const counts = (config["orchestration.capabilities"] ?? {}) as ConfigCounts;
  return {
    agent: numberAt(config, `${of}.concurrency`),
    capabilities: new Map(Object.entries(counts)),
    has: config[`${of}.capabilities`] === undefined ? null : listAt(config, `${of}.capabilities`),
    reviewLimit: numberAt(config, "orchestration.review_limit"),
  };
}

/** Which ports are handed out; all conductors of a user write down in one directory who has which. */
export const portsOf = (config: ConfigValues, stateDir: string): PreflightWish["ports"] => ({
  from: numberAt(config, "orchestration.ports.from") ?? CONFIG_KEYS["orchestration.ports.from"].default,
  each: numberAt(config, "orchestration.ports.each") ?? CONFIG_KEYS["orchestration.ports.each"].default,
  dir: join(dirname(stateDir), "ports"),
});

/** How long files are kept that only people read. */
export const retentionOf = (config: ConfigValues): Retention => {
  const ms = (key: KeyOf<string>): number => millisecondsOf(textAt(config, key) ?? CONFIG_KEYS[key].default, key);
  return {
    transcriptsMs: ms("retention.transcripts"),
    logsMs: ms("retention.logs"),
    cachesMs: ms("retention.caches"),
  };
};

/** Who lands, and whether it is signed. */
export function commitsOf(config: ConfigValues): OpenWish["commits"] {
  const [, name = "", email = ""] = /^(.*) <(.*)>$/.exec(textAt(config, "commits.author") ?? "") ?? [];
  return { identity: name === "" ? null : { name, email }, sign: config["commits.sign"] !== "never" };
}

/** What one command may hold; a machine is never given to one of them whole. */
export const limitsOf = (config: ConfigValues): UseLimits => ({
  memoryBytes: bytesOf(textAt(config, "limits.memory")) ?? Math.round(totalmem() / 2),
  processes: numberAt(config, "limits.processes") ?? CONFIG_KEYS["limits.processes"].default,
  diskBytes: bytesOf(textAt(config, "limits.disk") ?? CONFIG_KEYS["limits.disk"].default),
});

/** Whether clones borrow the repository's objects. */
export const sharingWishOf = (config: ConfigValues): PreflightWish["share"] => ({
  mode: (textAt(config, "workspace.share_objects") ??
    CONFIG_KEYS["workspace.share_objects"].default) as PreflightWish["share"]["mode"],
  fromBytes: bytesOf(textAt(config, "workspace.share_from") ?? CONFIG_KEYS["workspace.share_from"].default),
});

const POWER: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3 };

/** A size such as `4g`, in bytes. */
function bytesOf<T extends string | null>(text: T): T extends null ? null : number;
function bytesOf(text: string | null): number | null {
  return text === null ? null : Number(text.slice(0, -1)) * 1024 ** POWER[text.slice(-1).toLowerCase()]!;
}

/** The setup of a clone, or null when none is configured. */
export function setupOf(config: ConfigValues, env: App["world"]["env"]): PreflightWish["setup"] {
  const command = textAt(config, "setup.run");
  if (command === null) return null;
  return {
    command,
    network: config["setup.network"] === true,
    env: given(env, listAt(config, "setup.env")),
    timeoutMs: millisecondsOf(textAt(config, "setup.timeout") ?? CONFIG_KEYS["setup.timeout"].default, "setup.timeout"),
  };
}

/** What is allowed, asks or is denied. Throws CONFIG_INVALID. */
export const policyOf = (config: ConfigValues): PolicySettings => ({
  ...DEFAULT_POLICY,
  preset: (textAt(config, "policy.preset") ?? CONFIG_KEYS["policy.preset"].default) as PolicySettings["preset"],
  requireApprovalFor: classesOf(config),
  maxDiffLines: numberAt(config, "policy.max_diff_lines") ?? CONFIG_KEYS["policy.max_diff_lines"].default,
  rules: rulesOf(config),
});

function classesOf(config: ConfigValues): readonly string[] {
  if (config["orchestration.safety.require_approval_for"] === undefined) return DEFAULT_POLICY.requireApprovalFor;
  const named = listAt(config, "orchestration.safety.require_approval_for");
  const known = Object.keys(PROTECTED_CLASSES);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) return named;
  throw new WerkError("CONFIG_INVALID", `safety.require_approval_for: there is no class "${unknown}".`, {
    field: "orchestration.safety.require_approval_for",
    given: unknown,
    hint: `Classes:  ${known.join(", ")}`,
    candidates: known,
  });
}
