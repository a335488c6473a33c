import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { Declaring } from "@taskwerk/terminal/command/declare";
import type { RunOptions } from "../../model/run.ts";
import { numberAt } from "../agents-of.ts";
import { amountOf, budgetOf, MOST_USD } from "../budget-flag.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { millisecondsOf } from "../plan/make-plan.ts";

export interface RunFlags {
  readonly auto?: boolean;
  readonly interactive?: boolean;
  readonly agent?: string;
  readonly tasks?: string;
  readonly maxTasks?: string;
  readonly requireTests?: boolean;
  readonly requireGreenBase?: boolean;
  readonly budget?: string;
  readonly budgetTokens?: string;
  readonly add?: string;
  readonly addTokens?: string;
  readonly detach?: boolean;
  readonly until?: string;
  readonly concurrency?: string;
  readonly wait?: string;
  readonly dryRun?: boolean;
  readonly allowUnsandboxed?: boolean;
}

/** Adds the flags of every verb that starts a run. */
export const withRunFlags = (command: Declaring): Declaring =>
  command
    .option("--auto", "without you: what needs a person waits, nothing approves itself")
    .option("--interactive", "with you at this terminal: its screen, or one card after the other")
    .option("--agent <name>", "claude or command")
    .option("--tasks <which>", "todo, or ids such as TASK-001,TASK-002")
    .option("--max-tasks <n>", "start at most so many tasks")
    .option("--require-tests", "refuse where no test would run")
    .option("--require-green-base", "refuse where tests fail before anything was done")
    .option("--budget <usd>", "stop before it costs more")
    .option("--budget-tokens <n>", "the same in tokens of all kinds")
    .option("--add <usd>", "so much more than the session's budget")
    .option("--add-tokens <n>", "the same in tokens of all kinds")
    .option("--until <time>", "start nothing after 07:00, or after so long, e.g. 2h")
    .option("--concurrency <n>", "how many agents work at once")
    .option("--wait <time>", "how long to wait for people when all else is done")
    .option("--detach", "drive on in the background when this terminal is closed")
    .option("--dry-run", "stop after the checks")
    .option("--allow-unsandboxed", "although nothing confines agents and tests here");

const FOREVER = 365 * 24 * 60 * 60_000;

/** The options of a run. Throws USAGE. */
export function runOptions(
  flags: RunFlags,
  config: ConfigValues,
  from: { readonly agent: string; readonly now: Date; readonly attended: boolean },
): RunOptions {
  return {
    agent: from.agent,
    tasks: flags.tasks ?? "",
    maxTasks: flags.maxTasks === undefined ? null : wholeOf(flags.maxTasks, "max-tasks"),
    concurrency:
      flags.concurrency === undefined
        ? (numberAt(config, "orchestration.concurrency") ?? CONFIG_KEYS["orchestration.concurrency"].default)
        : wholeOf(flags.concurrency, "concurrency"),
    requireTests: flags.requireTests ?? config["orchestration.workflow.require_tests"] === true,
    budgetUsd: budgetOf(flags) ?? numberAt(config, "budget.session_usd"),
    budgetTokens:
      flags.budgetTokens === undefined
        ? numberAt(config, "budget.session_tokens")
        : tokensOf(flags.budgetTokens, "budget-tokens"),
    until: flags.until === undefined ? null : untilOf(flags.until, from.now).toISOString(),
    auto: flags.auto ?? false,
    waitMs: flags.wait === undefined ? (from.attended ? FOREVER : 0) : millisecondsOf(flags.wait, "--wait"),
  };
}

const MOST_TOKENS = 1_000_000_000_000;

/** What is to be added to a session's limits, 0 where nothing is said; null where neither is. Throws USAGE. */
export function additionOf(flags: RunFlags): { readonly usd: number; readonly tokens: number } | null {
  if (flags.add === undefined && flags.addTokens === undefined) return null;
  if (flags.budget !== undefined || flags.budgetTokens !== undefined)
    throw new WerkError("USAGE", "--add is what comes on top of a budget, and --budget is the whole of it: not both.", {
      hint: "Five dollars more:  conductor resume --add 5     Ten in all:  conductor resume --budget 10",
      field: "add",
    });
  return {
    usd: flags.add === undefined ? 0 : amountOf(flags.add, "add"),
    tokens: flags.addTokens === undefined ? 0 : tokensOf(flags.addTokens, "add-tokens"),
  };
}

/** A session's limits with so much more. Throws USAGE where there is nothing to add to, and where it would be absurd. */
export function withMore(
  { budgetUsd, budgetTokens = null }: Pick<RunOptions, "budgetUsd" | "budgetTokens">,
  { usd, tokens }: { readonly usd: number; readonly tokens: number },
  session: string,
): { readonly budgetUsd: number | null; readonly budgetTokens: number | null } {
  const sum = (limit: number | null, more: number, flag: string, most: number): number | null => {
    if (more === 0) return limit;
    if (limit === null)
      throw new WerkError(
        "USAGE",
        `--${flag}: ${session} has no budget in ${flag === "add" ? "money" : "tokens"} that more could be added to.`,
        {
          hint: `Set one:  conductor resume --${flag === "add" ? "budget 5" : "budget-tokens 2000000"}`,
          field: flag,
        },
      );
    if (limit + more <= most) return limit + more;
    throw new WerkError("USAGE", `--${flag}: with that, ${session} might spend more than ${most} in all.`, {
      field: flag,
    });
  };
  return {
    // Cents: a sum of binary fractions has more places than anybody has typed.
    budgetUsd: roundedCents(sum(budgetUsd, usd, "add", MOST_USD)),
    budgetTokens: sum(budgetTokens, tokens, "add-tokens", MOST_TOKENS),
  };
}

const roundedCents = (usd: number | null): number | null => (usd === null ? null : Math.round(usd * 1e6) / 1e6);

function tokensOf(text: string, flag: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_TOKENS) return value;
  throw new WerkError("USAGE", `--${flag}: "${text}" is not a whole number of tokens from 1 to ${MOST_TOKENS}.`, {
    field: flag,
    given: text,
  });
}

function wholeOf(text: string, flag: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 10_000) return value;
  throw new WerkError("USAGE", `--${flag}: "${text}" is not a whole number from 1 up.`, { field: flag, given: text });
}

/** `07:00` is the next time the clock shows that; `2h` is that long from now; a full date is itself. */
function untilOf(text: string, now: Date): Date {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (clock) {
    const at = new Date(now);
    at.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (at <= now) at.setDate(at.getDate() + 1);
    if (Number(clock[1]) < 24 && Number(clock[2]) < 60) return at;
  } else if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)))
    return ahead(new Date(text), text, now);
  else if (/^[\d.]+[smhd]/.test(text))
    return ahead(new Date(now.getTime() + millisecondsOf(text, "--until")), text, now);
  throw new WerkError("INVALID_DATE", `--until: "${text}" is no time.`, {
    hint: "For example:  --until 07:00, --until 2h",
    field: "until",
    given: text,
  });
}

/** Throws INVALID_DATE for a time that has passed. */
function ahead(at: Date, text: string, now: Date): Date {
  if (at >= now) return at;
  throw new WerkError("INVALID_DATE", `--until: ${text} is over already.`, {
    hint: "For example:  --until 07:00, --until 2h",
    field: "until",
    given: text,
  });
}
