import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import type { Declaring } from "@taskwerk/terminal/command/declare";
import type { RunOptions } from "../../model/run.ts";
import { numberAt } from "../agents-of.ts";
import { budgetOf } from "../budget-flag.ts";
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
    .option("--interactive", "ask here, at the terminal: yes, no, diff, later")
    .option("--agent <name>", "claude or command")
    .option("--tasks <which>", "todo, or ids such as TASK-001,TASK-002")
    .option("--max-tasks <n>", "start at most so many tasks")
    .option("--require-tests", "refuse where no test would run")
    .option("--require-green-base", "refuse where tests fail before anything was done")
    .option("--budget <usd>", "stop before it costs more")
    .option("--until <time>", "start nothing after 07:00, or after so long, e.g. 2h")
    .option("--concurrency <n>", "how many agents work at once")
    .option("--wait <time>", "how long to wait for people when all else is done")
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
    until: flags.until === undefined ? null : untilOf(flags.until, from.now).toISOString(),
    auto: flags.auto ?? false,
    waitMs: flags.wait === undefined ? (from.attended ? FOREVER : 0) : millisecondsOf(flags.wait, "--wait"),
  };
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
  } else if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text);
  else if (/^[\d.]+[smhd]/.test(text)) return new Date(now.getTime() + millisecondsOf(text, "--until"));
  throw new WerkError("INVALID_DATE", `--until: "${text}" is no time.`, {
    hint: "For example:  --until 07:00, --until 2h",
    field: "until",
    given: text,
  });
}
