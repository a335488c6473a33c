/** Money and tokens of a session: set aside before they are spent, settled after. Pure. */
import type { Usage } from "../model/agent.ts";
import type { Attempt } from "../model/run.ts";

export interface BudgetLimits {
  /** null = no limit in money. */
  readonly usd: number | null;
  /** All kinds of tokens together; null = no limit. What bounds a model whose price nobody knows. */
  readonly tokens: number | null;
  /** From this part of a limit on it warns, 0 to 1. */
  readonly warnAt: number;
}

/** What somebody may spend at most; `usd` null = the price is not known. */
export interface Estimate {
  readonly usd: number | null;
  readonly tokens: number;
}

/** Micro-dollars and tokens of one spender, all that it has spent so far. */
interface Spent {
  readonly micros: number | null;
  readonly tokens: number;
}

interface Hold {
  readonly micros: number;
  readonly tokens: number;
}

export interface Budget {
  readonly limits: BudgetLimits;
  readonly spent: ReadonlyMap<string, Spent>;
  readonly held: ReadonlyMap<string, Hold>;
}

export type Reservation =
  | { readonly kind: "reserved"; readonly budget: Budget }
  /** `over`: it would go over a limit. `unknown-price`: only a limit in tokens can bound it, and there is none. */
  | {
      readonly kind: "refused";
      readonly why: "over" | "unknown-price";
      readonly leftUsd: number | null;
      readonly leftTokens: number | null;
    };

export interface Standing {
  /** `stop`: a limit is reached; nothing more may start. */
  readonly kind: "fine" | "warn" | "stop";
  /** The part of the tighter limit that is spent: 1 = all of it. */
  readonly part: number;
  /** Rounded up to micro-dollars; null when any part of it has no known price. */
  readonly usd: number | null;
  /** The part whose price is known. */
  readonly knownUsd: number;
  readonly tokens: number;
  /** Neither spent nor held; null = no limit. */
  readonly leftUsd: number | null;
  readonly leftTokens: number | null;
}

const MICRO = 1_000_000;
/** Costs round up; a hair below a micro-dollar is an artefact of binary fractions. */
const microsOf = (usd: number): number => Math.max(0, Math.ceil(usd * MICRO - 1e-6));
/** Limits round down. */
const limitOf = (usd: number): number => Math.max(0, Math.floor(usd * MICRO + 1e-6));

/** A budget nobody has spent from. */
export const newBudget = (limits: BudgetLimits): Budget => ({ limits, spent: new Map(), held: new Map() });

/** The budget after what attempts have spent, e.g. when a session goes on. One that ended without a word is unknown. */
export function budgetAfter(limits: BudgetLimits, attempts: Iterable<Pick<Attempt, "id" | "usage" | "end">>): Budget {
  let budget = newBudget(limits);
  for (const { id, usage, end } of attempts)
    if (usage !== null || end !== null) budget = settle(budget, id, usage ?? UNKNOWN);
  return budget;
}

const UNKNOWN: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, usd: null };

/**
 * Sets money aside for a spender (an attempt), beyond what it has spent already; a second reservation replaces the first.
 * After it, what is spent and held is within every limit.
 */
export function reserve(budget: Budget, spender: string, estimate: Estimate): Reservation {
  const { limits } = budget;
  const free = freeOf(release(budget, spender));
  const left = { leftUsd: usdOf(free.micros), leftTokens: free.tokens };
  if (estimate.usd === null && limits.usd !== null && limits.tokens === null)
    return { kind: "refused", why: "unknown-price", ...left };
  const hold: Hold = { micros: microsOf(estimate.usd ?? 0), tokens: Math.max(0, Math.ceil(estimate.tokens)) };
  const fits =
    (free.micros === null || hold.micros <= free.micros) && (free.tokens === null || hold.tokens <= free.tokens);
  const spentOut = free.micros === 0 || free.tokens === 0;
  if (!fits || spentOut) return { kind: "refused", why: "over", ...left };
  return { kind: "reserved", budget: { ...budget, held: new Map(budget.held).set(spender, hold) } };
}

/** Records all that a spender has spent so far; what it holds shrinks by what is new, never below nothing. */
export function settle(budget: Budget, spender: string, usage: Usage): Budget {
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const now: Spent = { micros: usage.usd === null ? null : microsOf(usage.usd), tokens };
  const before = budget.spent.get(spender) ?? { micros: 0, tokens: 0 };
  const held = new Map(budget.held);
  const hold = held.get(spender);
  if (hold !== undefined) {
    held.set(spender, {
      micros: Math.max(0, hold.micros - Math.max(0, (now.micros ?? 0) - (before.micros ?? 0))),
      tokens: Math.max(0, hold.tokens - Math.max(0, now.tokens - before.tokens)),
    });
  }
  return { ...budget, held, spent: new Map(budget.spent).set(spender, now) };
}

/** Gives back what a spender still holds: it has ended. */
export function release(budget: Budget, spender: string): Budget {
  const held = new Map(budget.held);
  held.delete(spender);
  return { ...budget, held };
}

/** Where the session stands, over what is spent; holds count only in what is left. */
export function standingOf(budget: Budget): Standing {
  const { limits } = budget;
  const total = totalOf(budget);
  const free = freeOf(budget);
  const parts = [
    limits.usd === null ? 0 : part(total.micros, limitOf(limits.usd)),
    limits.tokens === null ? 0 : part(total.tokens, limits.tokens),
  ];
  const most = Math.max(...parts);
  return {
    kind: most >= 1 ? "stop" : most >= limits.warnAt ? "warn" : "fine",
    part: most,
    usd: total.known ? total.micros / MICRO : null,
    knownUsd: total.micros / MICRO,
    tokens: total.tokens,
    leftUsd: usdOf(free.micros),
    leftTokens: free.tokens,
  };
}

const part = (spent: number, limit: number): number => (limit <= 0 ? 1 : spent / limit);
const usdOf = (micros: number | null): number | null => (micros === null ? null : micros / MICRO);

function totalOf(budget: Budget): { readonly micros: number; readonly tokens: number; readonly known: boolean } {
  const all = [...budget.spent.values()];
  return {
    micros: all.reduce((sum, one) => sum + (one.micros ?? 0), 0),
    tokens: all.reduce((sum, one) => sum + one.tokens, 0),
    known: all.every((one) => one.micros !== null),
  };
}

function freeOf(budget: Budget): { readonly micros: number | null; readonly tokens: number | null } {
  const { limits } = budget;
  const total = totalOf(budget);
  const held = [...budget.held.values()];
  const micros = total.micros + held.reduce((sum, one) => sum + one.micros, 0);
  const tokens = total.tokens + held.reduce((sum, one) => sum + one.tokens, 0);
  return {
    micros: limits.usd === null ? null : Math.max(0, limitOf(limits.usd) - micros),
    tokens: limits.tokens === null ? null : Math.max(0, limits.tokens - tokens),
  };
}
