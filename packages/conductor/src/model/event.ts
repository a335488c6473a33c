/** Everything that can be written into the journal: one union. State is a fold over it. Types only. */
import type { EndReason, Usage } from "./agent.ts";
import type { BlockerKind } from "./blocker.ts";
import type { Rung } from "./conflict.ts";
import type { Decision, Remembered } from "./decision.ts";
import type { Receipt } from "./gate.ts";
import type { LoopRung } from "./loop.ts";
import type { Attempt, RunOptions, Session, SessionStatus, Stage } from "./run.ts";

/** One landing that is taken back, and the commit that does it. */
export interface Revert {
  readonly task: string;
  readonly attempt: string;
  readonly session: string;
  /** The commit that had landed. */
  readonly landing: string;
  readonly commit: string;
}

/** Landed work that is to be taken back, and how. */
export interface RollbackPlan {
  /** undo-1, undo-2, ... */
  readonly rollback: string;
  readonly by: string;
  /** What is to hold it, and the commit that it follows on. */
  readonly ref: string;
  readonly from: string;
  /** The last of its reverts, and what is there after it. */
  readonly commit: string;
  readonly tree: string;
  readonly receipts: readonly string[];
  /** In the order of their commits: what landed last goes first. */
  readonly reverts: readonly Revert[];
}

/** What happened. `task` and `attempt` are ids; every member is a fact that has been decided, not a wish. */
export type Fact =
  /** A plan was written, changed or imported. */
  | {
      readonly type: "plan.saved";
      readonly plan: string;
      readonly sourceFile: string;
      readonly file: string;
      readonly status: "draft" | "reviewing" | "imported";
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  /** Documents were to be planned, and no plan came of it; what it used is paid for all the same. */
  | {
      readonly type: "planning.failed";
      readonly sourceFile: string;
      /** With its model. */
      readonly planner: string;
      readonly usage: Usage;
      /** Tries at the model; absent = unknown. */
      readonly calls?: number;
      /** Whose money it was, in words; absent = unknown. */
      readonly paidBy?: string;
      readonly reason: string;
    }
  | { readonly type: "session.started"; readonly session: Session }
  | {
      readonly type: "session.status";
      readonly session: string;
      readonly status: SessionStatus;
      readonly reason: string | null;
      /** What it goes on with, when it was resumed; absent = as it was. */
      readonly options?: RunOptions;
    }
  /** Somebody, perhaps in another process, wants the session to stop. */
  | {
      readonly type: "session.stop-requested";
      readonly session: string;
      readonly mode: "turn" | "after-task" | "now";
      readonly reason: string | null;
      readonly by: string;
    }
  /** What is not begun although it is ready, when that changes. `reason`: why nothing is; `tasks`: why each of these is not. */
  | {
      readonly type: "session.held";
      readonly session: string;
      readonly reason: string | null;
      readonly tasks: Readonly<Record<string, string>>;
    }
  /** Somebody has raised, or set, what a session may spend or until when it may run; null = no limit. */
  | {
      readonly type: "session.limits";
      readonly session: string;
      readonly budgetUsd: number | null;
      readonly budgetTokens: number | null;
      readonly until: string | null;
      readonly by: string;
    }
  /** A budget has come to a level for the first time since it was set: warned of, last turns, used up. `text` for people. */
  | {
      readonly type: "budget.reached";
      readonly session: string;
      /** Which: "session", "day", "plan linkcheck-2", "task TASK-001". */
      readonly scope: string;
      readonly level: "warn" | "last-turn" | "used-up";
      /** What it held when it was reached: a limit that is raised is warned of again. */
      readonly limitUsd: number | null;
      readonly limitTokens: number | null;
      readonly text: string;
    }
  /** The provider takes no requests of an account: nobody asks it before `until`. */
  | {
      readonly type: "account.paused";
      readonly session: string;
      /** Who pays, in words. */
      readonly account: string;
      /** The other agent, where the account pays for that one alone; absent = it pays for the run, and nothing is begun on it. */
      readonly agent?: string;
      /** RFC 3339. */
      readonly until: string;
      readonly reason: string;
    }
  /** A person says that the provider takes requests of it again: its pause is over, whatever it was to last. */
  | { readonly type: "account.continued"; readonly session: string; readonly account: string; readonly by: string }
  /** A person has put a task aside; nobody begins it before it is continued. */
  | { readonly type: "task.paused"; readonly task: string; readonly reason: string | null; readonly by: string }
  | { readonly type: "task.continued"; readonly task: string; readonly by: string }
  | {
      readonly type: "session.ended";
      readonly session: string;
      readonly status: SessionStatus;
      readonly reason: string | null;
      readonly metrics: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "attempt.started"; readonly attempt: Attempt; readonly token: string }
  /** Its task was claimed again after it had waited for people. */
  | { readonly type: "attempt.claimed"; readonly attempt: string; readonly token: string; readonly fence: number }
  | {
      readonly type: "attempt.prepared";
      readonly attempt: string;
      readonly workspace: string;
      readonly branch: string;
      readonly base: string;
      readonly briefSha256: string;
    }
  | {
      readonly type: "attempt.spawned";
      readonly attempt: string;
      readonly process: { readonly pid: number; readonly startTime: string } | null;
    }
  | { readonly type: "attempt.stage"; readonly attempt: string; readonly stage: Stage; readonly reason: string | null }
  /** assignment, question, response, completion: what was said between conductor and an agent. */
  | {
      readonly type: "interaction";
      readonly attempt: string;
      readonly kind: "assignment" | "question" | "response" | "completion" | "note";
      readonly content: string;
    }
  | { readonly type: "attempt.usage"; readonly attempt: string; readonly usage: Usage }
  | {
      readonly type: "attempt.agent-ended";
      readonly attempt: string;
      readonly reason: EndReason;
      readonly error: string | null;
    }
  /** Its work is in conductor's own refs. */
  | {
      readonly type: "attempt.bundled";
      readonly attempt: string;
      readonly commit: string;
      readonly tree: string;
      readonly ref: string;
      /** It was put aside in the middle, so that an agent has to come to it again before gates do. */
      readonly unfinished?: true;
    }
  | {
      readonly type: "loop.noticed";
      readonly attempt: string;
      readonly rule: string;
      readonly rung: LoopRung;
      readonly evidence: string;
      /** Lower rungs that could not be taken, each with why; absent = none. */
      readonly skipped?: readonly string[];
      /** other-agent: who takes the task over; absent in journals of earlier versions. */
      readonly agent?: string;
    }
  /** A person said something to whoever works on a task, now or next. */
  | { readonly type: "hint.given"; readonly task: string; readonly text: string; readonly by: string }
  /** A person lets a task be taken again. */
  | { readonly type: "task.unblocked"; readonly task: string; readonly note: string | null; readonly by: string }
  | {
      readonly type: "gate.judged";
      readonly attempt: string | null;
      readonly session: string;
      readonly receipt: Receipt;
    }
  /**
   * New tests were tried on the base, without the work: those that pass there, at most 100 names, of so many new ones. Older
   * journals have it only where some did.
   */
  | {
      readonly type: "tests.idle";
      readonly attempt: string;
      readonly gate: string;
      readonly names: readonly string[];
      /** How many pass there; absent = as many as there are names. */
      readonly idle?: number;
      readonly of: number;
    }
  | { readonly type: "decision.asked"; readonly decision: Decision }
  | {
      readonly type: "decision.closed";
      readonly decision: string;
      readonly state: "answered" | "approved" | "rejected" | "void" | "expired";
      readonly answer: string | null;
      readonly by: string;
      /** approved: what else of this run the yes covers. */
      readonly remember?: readonly Remembered[];
    }
  /** One more asks the same, or was given the answer that is kept. `options`: what it names that the card did not. */
  | {
      readonly type: "decision.joined";
      readonly decision: string;
      readonly task: string;
      readonly attempt: string;
      readonly options?: readonly string[];
      /** false: for this one it cannot be changed later. */
      readonly reversible?: boolean;
    }
  /** Somebody says otherwise than what was answered or taken for granted before. */
  | {
      readonly type: "decision.overturned";
      readonly decision: string;
      readonly answer: string;
      readonly by: string;
    }
  /**
   * Its work met a conflict on the way to the ref, and one rung of the ladder was asked. `settled`: `tree` is the merge, which
   * gates judge like any other. `passed`: it could not, and `detail` says why. `handed`: to an agent or a person.
   */
  | {
      readonly type: "conflict.met";
      readonly attempt: string;
      readonly rung: Rung;
      readonly outcome: "settled" | "passed" | "handed";
      /** The two commits, and where the work began, which older journals do not say. */
      readonly tip: string;
      readonly work: string;
      readonly base?: string;
      /** All paths that conflict. */
      readonly paths: readonly string[];
      readonly tree: string | null;
      readonly detail: string;
    }
  /** About to move the ref: what recovery looks for. */
  | {
      readonly type: "landing.intended";
      readonly attempt: string;
      readonly ref: string;
      readonly from: string;
      readonly commit: string;
      readonly tree: string;
      readonly receipts: readonly string[];
    }
  | {
      readonly type: "landing.landed";
      readonly attempt: string;
      readonly ref: string;
      readonly commit: string;
      readonly tree: string;
      readonly receipts: readonly string[];
    }
  /** About to take landed work back: all of its reverts move the ref in one step, or none does. */
  | ({ readonly type: "rollback.intended" } & RollbackPlan)
  /**
   * The same as a branch of the user's, about to be made: conductor moves nothing, and it has landed once `ref`, the user's own
   * branch, holds it.
   */
  | ({ readonly type: "rollback.given"; readonly branch: string } & RollbackPlan)
  /** The ref holds it. */
  | { readonly type: "rollback.landed"; readonly rollback: string }
  /** It has not landed, and never will: what it was meant for is not there any more. */
  | { readonly type: "rollback.abandoned"; readonly rollback: string; readonly reason: string }
  /** taskwerk knows that a task whose work was taken back is to be done again. */
  | { readonly type: "task.reopened"; readonly rollback: string; readonly task: string }
  /** taskwerk knows that it is done. */
  | { readonly type: "task.closed"; readonly attempt: string; readonly task: string }
  | { readonly type: "salvage.saved"; readonly attempt: string; readonly ref: string; readonly commit: string }
  | {
      readonly type: "attempt.ended";
      readonly attempt: string;
      readonly stage: Stage;
      readonly reason: string | null;
      /** What kind of thing keeps it from its task; only of blocked ones, which older journals do not say. */
      readonly blocker?: BlockerKind;
    };

/** A fact with its place in the journal. */
export type JournalEvent = Fact & {
  /** Grows by one with every event of this journal. */
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  /** Chain: sha256 over the previous hash and this event. */
  readonly hash: string;
};
