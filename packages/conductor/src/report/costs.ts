/** What a run has cost, attempt by attempt; what nobody knows stays unknown. Pure. */
import type { Usage } from "../model/agent.ts";
import type { AttemptState } from "../model/state.ts";

export interface AttemptCost {
  readonly attempt: string;
  readonly task: string;
  readonly agent: string;
  /** null = the agent reported nothing. */
  readonly usage: Usage | null;
}

export interface Costs {
  /** The sum, rounded up to cents' hundredths; null when any attempt that worked has no known cost. */
  readonly usd: number | null;
  /** The part that is known. */
  readonly knownUsd: number;
  /** Attempts that worked and whose cost is not known. */
  readonly unknown: number;
  /** The known part ÷ tasks landed, rounded up; null when nothing landed or the sum is unknown. */
  readonly usdPerLanded: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input read from a cache, and its part of all input, rounded down; null without input. */
  readonly cacheReadTokens: number;
  readonly cachedPercent: number | null;
  readonly attempts: readonly AttemptCost[];
}

/**
 * The costs of these attempts. One that never got as far as an agent cost nothing; one that has just begun has cost
 * nothing yet; one that ended without a word about its cost is unknown.
 */
export function costsOf(attempts: readonly AttemptState[], landed: number): Costs {
  const worked = attempts.filter(
    (one) => one.usage !== null || one.end !== null || (one.endedAt !== null && one.briefSha256 !== null),
  );
  const sum = (pick: (usage: Usage) => number): number =>
    worked.reduce((total, one) => total + (one.usage === null ? 0 : pick(one.usage)), 0);
  const knownUsd = up(sum(({ usd }) => usd ?? 0));
  const unknown = worked.filter((one) => one.usage === null || one.usage.usd === null).length;
  const fresh = sum(({ inputTokens, cacheWriteTokens }) => inputTokens + cacheWriteTokens);
  const cached = sum(({ cacheReadTokens }) => cacheReadTokens);
  return {
    usd: unknown > 0 ? null : knownUsd,
    knownUsd,
    unknown,
    usdPerLanded: unknown > 0 || landed === 0 ? null : up(knownUsd / landed),
    inputTokens: fresh + cached,
    outputTokens: sum(({ outputTokens }) => outputTokens),
    cacheReadTokens: cached,
    cachedPercent: fresh + cached === 0 ? null : Math.floor((cached * 100) / (fresh + cached)),
    attempts: worked.map(({ id, task, agent, usage }) => ({ attempt: id, task, agent, usage })),
  };
}

/** To four decimals, up; a hair above is an artefact of binary fractions. */
const up = (usd: number): number => Math.max(0, Math.ceil(usd * 10_000 - 1e-6)) / 10_000;
