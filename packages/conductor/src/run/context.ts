/** What a run works with: the parts, introduced to each other once. */
import { basename } from "node:path";
import type { Task } from "@taskwerk/contract/task";
import type { UserRepository } from "../git/repository.ts";
import type { Journal } from "../journal/journal.ts";
import type { Queue } from "../landing/queue.ts";
import type { AgentAdapter } from "../model/agent.ts";
import type { Confinement } from "../model/command.ts";
import type { MakeLockfiles } from "../model/conflict.ts";
import type { DecisionKind, OnExpiry } from "../model/decision.ts";
import type { LoopLimits } from "../model/loop.ts";
import type { PortBlocks } from "../model/ports.ts";
import type { Provisions } from "../model/provisions.ts";
import type { Session } from "../model/run.ts";
import type { PolicySettings } from "../policy/decide.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { Account } from "./account.ts";
import type { GateSets } from "./gate-set.ts";
import type { Limits, Purse } from "./purse.ts";
import type { Pool, Slots } from "./slots.ts";
import type { SplitTask } from "./split-task.ts";

/** The settings a run needs, all resolved. Times in milliseconds. */
export interface RunSettings {
  /** How many conversations a task gets before it has failed: the first and the reworks. */
  readonly maxRounds: number;
  readonly maxConflictRounds: number;
  /** Tasks that failed in a row before nothing more is started. */
  readonly maxConsecutiveFailures: number;
  readonly maxTaskMs: number;
  readonly idleMs: number;
  readonly maxTurns: number;
  readonly outputBytes: number;
  readonly leaseSeconds: number;
  /** How many trees are judged at once. */
  readonly gatesAtOnce: number;
  readonly branchPattern: string;
  readonly autoCommit: boolean;
  readonly policy: PolicySettings;
  /** How long an agent is kept alive while it waits for an answer; then it is put down, and the task goes on afresh. */
  readonly holdMs: number;
  /** The longest that a run waits for a provider that takes no requests. */
  readonly limitWaitMs: number;
  /** How long a card stays open before it expires. */
  readonly decisionMs: number;
  /** What follows then, where that fits the card. */
  readonly onExpiry: Readonly<Record<DecisionKind, OnExpiry>>;
  /** A reversible question that names a default is not asked: its default is taken and marked as assumed. */
  readonly assumeReversible: boolean;
  /** What a task, a plan, and a day may cost; a session's own limit is among its options. */
  readonly budgets: Omit<Limits, "session">;
  /** The part of a budget from which on people are warned, 0 to 1. */
  readonly warnAt: number;
  readonly briefLimit: number;
  /** When an agent goes in circles. */
  readonly loops: LoopLimits;
  readonly caps: Caps;
  /** `Name <address>`: named in every commit that lands. */
  readonly coAuthor: string | null;
}

/** What holds beside the number of agents. */
export interface Caps {
  /** How many of its agent, whose account pays for all of them, work at once; null = as many as there are places. */
  readonly agent: number | null;
  /** How many tasks that ask for a capability are worked on at once. */
  readonly capabilities: ReadonlyMap<string, number>;
  /** What the agent can; null = it is not said, and it is given every task. */
  readonly has: readonly string[] | null;
  /** While so many tasks wait for approval nothing is begun; null = no limit. */
  readonly reviewLimit: number | null;
}

/** How many agents of this account work at once. */
export const placesOf = ({ agent }: Pick<Caps, "agent">, concurrency: number): number =>
  Math.min(concurrency, agent ?? concurrency);

export interface RunContext {
  readonly session: Session;
  readonly journal: Journal;
  readonly tasks: Tasks;
  readonly repository: UserRepository;
  readonly confinement: Confinement;
  readonly agent: AgentAdapter;
  /** Takes a task over whose agent goes in circles; null = there is none. */
  readonly otherAgent: AgentAdapter | null;
  /** Proposes how such a task could be split; null = nobody does. */
  readonly splitTask: SplitTask | null;
  /** The gates that a commit brings. */
  readonly gateSets: GateSets;
  /** Values that must never be written anywhere. */
  readonly secrets: readonly string[];
  /** Clones borrow the objects of the user's repository. */
  readonly sharesObjects: boolean;
  /** What a clone needs before anything in it can run. */
  readonly provisions: Provisions;
  /** Makes lockfiles anew that conflict. */
  readonly makeLockfiles: MakeLockfiles;
  readonly settings: RunSettings;
  readonly purse: Purse;
  /** Who pays, and whether they can be asked now. */
  readonly account: Account;
  /** The one that pays where `otherAgent` works; the same where one pays for both, or there is no other agent. */
  readonly otherAccount: Account;
  /** The places of all agents that work at once. */
  readonly pool: Pool;
  /** How many attempts, beside those that wait for people, may have a clone at once. */
  readonly clonesAtOnce: number;
  /** Ports that one attempt, with its gates, has for itself. */
  readonly ports: PortBlocks;
  /** `gatesAtOnce` trees are judged at a time; one landing at a time. */
  readonly gateQueue: Queue;
  readonly landingQueue: Queue;
  /** Conductor's directory for this repository: attempts/, checkouts/, logs/. */
  readonly stateDir: string;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Ends the process at a named point when a test asks for it. */
  readonly failpoint: (name: Failpoint) => void;
  /** Which tasks this run may touch. */
  readonly wants: (task: Task) => boolean;
  /** Told of what should not have happened. */
  readonly onDefect: (error: unknown) => void;
  /** Aborted when everything must end now. */
  readonly stop: AbortSignal;
  /** Aborted when what waits for people is to be put down. */
  readonly park: AbortSignal;
}

/** The same for one attempt, with the places that it holds. */
export interface AttemptContext extends RunContext {
  readonly slots: Slots;
  /** Aborted when a person puts its task aside. */
  readonly aside: AbortSignal;
}

/** The name under which a session claims tasks in taskwerk: sessions are called the same in every clone that a store serves. */
export const claimerOf = ({ stateDir }: Pick<RunContext, "stateDir">, session: string): string =>
  `conductor/${session}@${basename(stateDir).slice(0, 6)}`;

/** Whether a claim is one that some session of this clone has taken. */
export const isOwnClaim = (context: Pick<RunContext, "stateDir">, { by }: { readonly by: string }): boolean =>
  by.startsWith("conductor/") && by.endsWith(claimerOf(context, "").slice("conductor/".length));

/** Where a run can be told to die, to prove that it recovers. */
export const FAILPOINTS = [
  "after-claim",
  "after-spawn",
  "after-bundle",
  "after-gate",
  "after-rung",
  "after-update-ref",
  "before-done",
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];
