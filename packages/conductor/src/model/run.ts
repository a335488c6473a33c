/** A run (orchestration session) and its attempts. Types only. */

import type { EndReason, Usage } from "./agent.ts";
import type { SandboxLevel } from "./command.ts";

/** Where an attempt is. The words are those of the journal, `status` and the report. */
export type Stage =
  | "claimed"
  | "preparing"
  | "running"
  | "waiting-answer"
  | "waiting-approval"
  | "paused-limit"
  | "paused-budget"
  | "paused-user"
  | "gating"
  | "rework"
  | "queued"
  | "landing"
  | "landed"
  | "no-change"
  | "blocked"
  | "failed"
  | "skipped"
  | "cancelled"
  | "interrupted"
  | "rolled-back";

/** Stages that an attempt does not leave. */
export const ENDED: readonly Stage[] = [
  "landed",
  "no-change",
  "blocked",
  "failed",
  "skipped",
  "cancelled",
  "interrupted",
  "rolled-back",
];

export type SessionStatus = "active" | "paused" | "completed" | "failed";

export interface RunOptions {
  readonly agent: string;
  /** A taskwerk query or "todo": which tasks; empty = all ready ones. */
  readonly tasks: string;
  /** At most so many tasks are dispatched; null = no limit. */
  readonly maxTasks: number | null;
  readonly concurrency: number;
  readonly requireTests: boolean;
  readonly budgetUsd: number | null;
  /** All kinds of tokens together; null or absent = no limit. */
  readonly budgetTokens?: number | null;
  /** RFC 3339; nothing starts after it. */
  readonly until: string | null;
  readonly auto: boolean;
  /** Milliseconds to wait for people when nothing else is left; 0 = leave at once with exit 11. */
  readonly waitMs: number;
}

export interface Session {
  readonly id: string;
  readonly status: SessionStatus;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly repository: string;
  /** The branch that the user works on, e.g. refs/heads/main, and its commit when the run began. */
  readonly target: string;
  readonly targetCommit: string;
  /** refs/heads/conductor/<target>: where landings go. */
  readonly integration: string;
  /** The commit it started from. */
  readonly startCommit: string;
  readonly sandbox: SandboxLevel;
  readonly paidBy: string;
  readonly options: RunOptions;
}

export interface Attempt {
  /** session/TASK-001/1 */
  readonly id: string;
  readonly session: string;
  readonly task: string;
  readonly title: string;
  /** Counts from 1 within session and task. */
  readonly n: number;
  readonly fence: number;
  readonly agent: string;
  readonly stage: Stage;
  readonly base: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly process: { readonly pid: number; readonly startTime: string } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly end: EndReason | null;
  /** What the agent left: commit and tree, kept under `ref`. */
  readonly work: {
    readonly commit: string;
    readonly tree: string;
    readonly ref: string;
    /** Its agent was stopped in the middle: gates do not see it as it is. */
    readonly unfinished?: true;
  } | null;
  readonly landed: { readonly commit: string; readonly tree: string } | null;
  readonly reason: string | null;
  readonly usage: Usage | null;
  readonly gateRounds: number;
  readonly reds: number;
  readonly loops: number;
}
