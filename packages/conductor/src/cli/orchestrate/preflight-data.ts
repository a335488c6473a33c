import { branchOf } from "../../model/branch-of.ts";
import { newestByGate } from "../../model/gate.ts";
import type { RunOptions } from "../../model/run.ts";
import type { Preflight } from "../../run/preflight.ts";
import type { Outlook } from "./outlook.ts";

/** What the checks found, for programs: the same set as the screen. Branches by their names, commits as full hashes. */
export interface PreflightData {
  readonly branch: string;
  readonly base: string;
  readonly landsOn: string;
  readonly agent: {
    readonly id: string;
    readonly name: string;
    readonly version: string | null;
    readonly model: string | null;
    readonly paidBy: string;
  };
  readonly limits: Pick<RunOptions, "concurrency" | "budgetUsd" | "budgetTokens" | "until" | "maxTasks" | "auto">;
  readonly forecast: Outlook["forecast"];
  /** `problem` null = it arrived; none = it was not tried. */
  readonly tells: Outlook["tells"];
  /** Why the machine may go to sleep meanwhile; null = it is held awake. */
  readonly sleeps: string | null;
  readonly sandbox: { readonly level: string; readonly problem: string | null };
  readonly disk: Preflight["room"];
  /** Whether clones read the repository's objects instead of holding copies. */
  readonly sharing: Preflight["sharing"];
  readonly setup: { readonly command: string; readonly kept: boolean; readonly durationMs: number } | null;
  readonly included: Pick<Preflight["included"], "paths" | "refused">;
  readonly unprovided: Preflight["unprovided"];
  readonly gates: readonly Pick<
    Preflight["baseline"][number],
    "gate" | "kind" | "command" | "required" | "result" | "durationMs" | "counts" | "coverage"
  >[];
  readonly redBefore: readonly string[];
}

export function preflightData(checked: Preflight, options: RunOptions, outlook: Outlook): PreflightData {
  const { target, place, room, agentInfo, sandbox, setup, unprovided, baseline, redBefore } = checked;
  const { places: concurrency, forecast, tells, sleeps } = outlook;
  const { budgetUsd, budgetTokens = null, until, maxTasks, auto } = options;
  const measured = agentInfo.features.usage !== "none";
  return {
    branch: branchOf(target),
    base: place.targetCommit,
    landsOn: branchOf(place.ref),
    agent: {
      id: agentInfo.id,
      name: agentInfo.name,
      version: agentInfo.version,
      model: agentInfo.model,
      paidBy: agentInfo.paidBy,
    },
    // An agent that does not say what it uses can be held by neither.
    limits: {
      concurrency,
      budgetUsd: measured ? budgetUsd : null,
      budgetTokens: measured ? budgetTokens : null,
      until,
      maxTasks,
      auto,
    },
    forecast,
    tells,
    sleeps,
    sandbox: { level: sandbox.level, problem: sandbox.problem },
    disk: room,
    sharing: checked.sharing,
    setup: setup === null ? null : { command: setup.command, kept: setup.kept, durationMs: setup.durationMs },
    included: { paths: checked.included.paths, refused: checked.included.refused },
    unprovided,
    gates: newestByGate(baseline).map(({ gate, kind, command, required, result, durationMs, counts, coverage }) => ({
      gate,
      kind,
      command,
      required,
      result,
      durationMs,
      counts,
      coverage,
    })),
    redBefore,
  };
}
