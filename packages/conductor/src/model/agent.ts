/** Agents as a port: whatever does the work speaks in these events. `agents/` keeps the adapters. Types only. */
import type { ReportedKind } from "./blocker.ts";
import type { Confinement } from "./command.ts";
import type { Workspace } from "./repository.ts";

export type AgentKind = "command" | "claude-api" | "claude-cli";

/** What an agent can do, found out by asking it. */
export interface AgentInfo {
  readonly id: string;
  readonly kind: AgentKind;
  readonly name: string;
  readonly version: string;
  readonly ready: boolean;
  /** Why it is not ready, and the cure. */
  readonly problem: string | null;
  readonly model: string | null;
  /** Who pays, in words: "API key ...7Qf2", "nobody (scripted)", "unknown". */
  readonly paidBy: string;
  readonly features: {
    readonly resume: boolean;
    readonly questions: boolean;
    readonly usage: "tokens" | "tokens+cost" | "none";
  };
}

/** Cumulative over one agent session. `usd` null = unknown, never 0 for unknown. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly usd: number | null;
}

/** How the conversation ended. It never says that the task is done. */
export type EndReason =
  | "done"
  | "turn_limit"
  | "budget"
  | "output_limit"
  | "resource_limit"
  | "context_full"
  | "refused"
  | "cancelled"
  | "timeout"
  | "idle"
  | "auth"
  | "rate_limited"
  | "crashed"
  | "protocol";

export interface Question {
  readonly text: string;
  readonly options: readonly string[];
  /** The option the agent would take, as a text. */
  readonly default: string | null;
  readonly reversible: boolean;
}

/** What an agent does, in order. Exactly one `end`, and it is last. */
export type AgentEvent =
  | { readonly type: "text"; readonly text: string }
  /** A tool was used; `hash` identifies tool and arguments, `resultHash` its result with times, pids and temp paths stripped. */
  | {
      readonly type: "tool";
      readonly name: string;
      readonly input: string;
      readonly output: string;
      readonly ok: boolean;
      readonly hash: string;
      readonly resultHash: string;
    }
  /** A turn of the conversation is over. */
  | { readonly type: "turn"; readonly n: number }
  | { readonly type: "usage"; readonly usage: Usage }
  /** It waits until `reply(id, …)`. */
  | { readonly type: "ask"; readonly id: string; readonly question: Question }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "blocker"; readonly kind: ReportedKind; readonly reason: string }
  /** It says that it is done. Only gates decide whether it is. */
  | { readonly type: "claim_done"; readonly evidence: string }
  | { readonly type: "retry"; readonly attempt: number; readonly inMs: number; readonly status: number | null }
  | {
      readonly type: "end";
      readonly reason: EndReason;
      readonly error: string | null;
      /** rate_limited: when the provider takes requests again, RFC 3339, if it said so. */
      readonly resetAt: string | null;
    };

export interface AgentLimits {
  readonly turns: number;
  readonly wallMs: number;
  /** Ends a stream that says nothing for this long. */
  readonly idleMs: number;
  /** Ends a process that says nothing for this long; absent = as for a stream. */
  readonly silentMs?: number;
  readonly outputBytes: number;
  /** Stops before a call that would exceed it. null = no limit of its own. */
  readonly usd: number | null;
}

export interface OpenOptions {
  readonly workspace: Workspace;
  readonly confinement: Confinement;
  /** The whole task in words; a fresh context knows nothing else. */
  readonly brief: string;
  readonly task: { readonly id: string; readonly title: string; readonly attempt: number };
  readonly limits: AgentLimits;
  /** Every raw line is appended here. */
  readonly transcriptPath: string;
  /** Values that are kept out of it. */
  readonly secrets: readonly string[];
  readonly marker: string;
  readonly signal: AbortSignal;
}

/** One conversation. */
export interface AgentSession {
  /** Runs to the end; iterated once. */
  readonly events: AsyncIterable<AgentEvent>;
  /** How many events have come that nobody has taken yet: what it did before it could hear anything that is said now. */
  backlog(): number;
  /** The outermost process, for agents that are one. */
  readonly process: { readonly pid: number; readonly startTime: string } | null;
  reply(askId: string, answer: string): Promise<void>;
  /** Says something to the agent at its next turn; false when this agent cannot be spoken to. */
  nudge(text: string): Promise<boolean>;
  /** Interrupt → TERM → wait → KILL each descendant; the `end` event follows. */
  cancel(): Promise<void>;
}

export interface AgentAdapter {
  readonly id: string;
  readonly kind: AgentKind;
  probe(): Promise<AgentInfo>;
  open(options: OpenOptions): Promise<AgentSession>;
}
