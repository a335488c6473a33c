/** The money and the tokens of a run: a share is set aside for each conversation within every budget that holds it, and settled after. */
import type { Usage } from "../model/agent.ts";
import type { BudgetReached } from "../model/state.ts";
import { NO_USAGE, plus } from "../model/usage.ts";
import { type Budget, newBudget, release, reserve, type Standing, settle, standingOf } from "../policy/budget.ts";

export interface Limit {
  /** null = no limit in money. */
  readonly usd: number | null;
  /** All kinds of tokens together; null = no limit. */
  readonly tokens: number | null;
}

/** What one task, one plan, this session and one day may cost. A task or plan counts over all sessions. */
export interface Limits {
  readonly task: Limit;
  readonly plan: Limit;
  readonly session: Limit;
  readonly day: Limit;
}

/** `usd`, `tokens`: what the conversation may spend at most; null = no such limit. `scope`: the budget that is tightest. */
export interface SetAside extends Limit {
  readonly kind: "share";
  readonly scope: string;
}

/** `later`: others hold what is left, and may give some of it back. `refused`: it is spent. */
export type Share = SetAside | { readonly kind: "later" | "refused"; readonly reason: string; readonly scope: string };

/** `last-turn`: no further turn; `used-up`: stop at once. */
export interface Level {
  readonly kind: "fine" | "last-turn" | "used-up";
  readonly reason: string;
  readonly scope: string;
}

export interface Purse {
  /** Sets a share aside for an attempt. */
  reserve(attempt: string, about?: About): Share;
  /** The next share for an attempt whose conversation came to the end of `had`; `refused` where there is no more than was left of it. */
  another(attempt: string, had: SetAside, conversation: Usage | null): Share;
  /** It waits for people: what it has not spent of its share is for others meanwhile. */
  pause(attempt: string, spentUsd: number): void;
  /** It goes on, with the same share. `later`: others hold it, and may give it back; `never`: it is spent. */
  again(attempt: string, usd: number | null): "yes" | "later" | "never";
  /** What its conversation has spent so far, and where that leaves the budgets. */
  spend(attempt: string, conversation: Usage): Level;
  /** Records what a conversation of the attempt has spent, and gives the rest of its share back. */
  settle(attempt: string, conversation: Usage | null): void;
  /** Why nobody gets a share, whoever asks, in words; null where it depends on who does. */
  exhausted(): string | null;
  /** A person has raised what the session may spend. */
  limit(session: Limit): void;
}

/** Whose attempt it is. */
export interface About {
  readonly task: string;
  readonly plan: string | null;
}

export interface PastAttempt extends Partial<About> {
  readonly attempt: string;
  readonly usage: Usage | null;
  readonly session?: string;
  /** RFC 3339: when it ended, or was last heard of. */
  readonly at?: string;
}

export interface PurseWish {
  readonly session: string;
  readonly limits: Limits;
  /** How many conversations there are at once. */
  readonly places: number;
  /** False when nobody knows what the model costs: then only tokens can be held. */
  readonly priced: boolean;
  /** The part of a budget from which on people are warned. */
  readonly warnAt: number;
  /** What attempts before have spent, of all sessions. */
  readonly spent: readonly PastAttempt[];
  /** What was reached, and told, before. */
  readonly reached: readonly BudgetReached[];
  readonly now: () => Date;
  /** Told once of each level that a budget reaches. */
  readonly onReached: (reached: BudgetReached & { readonly text: string }) => void;
}

interface Spender extends About {
  readonly session: string;
  /** Milliseconds; null = it is under way. A day's budget counts whoever was under way on that day. */
  at: number | null;
  /** Of conversations that are over, and of the one that is not. */
  settled: Usage | null;
  live: Usage | null;
  /** What is set aside for its conversation, and what it had spent before. */
  hold: { readonly usd: number; readonly tokens: number; readonly before: Usage | null } | null;
  /** Of its conversation. */
  share: Limit;
}

interface Scope {
  readonly name: string;
  readonly limit: Limit;
  readonly has: (one: Spender) => boolean;
}

/** From here on what runs finishes its turn, and nothing is begun. */
const LAST_TURN_AT = 0.95;
/** What binary fractions of a cent add up to. */
const CRUMB = 1e-6;
const NOBODY: About = { task: "", plan: null };
const NO_LIMIT: Limit = { usd: null, tokens: null };
const tokensOf = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
const hasLimit = ({ usd, tokens }: Limit): boolean => usd !== null || tokens !== null;

export function makePurse(wish: PurseWish): Purse {
  let limits = wish.limits;
  const told = new Set(wish.reached.map(keyOf));
  const spenders = new Map<string, Spender>(
    wish.spent.map(({ attempt, usage, session = wish.session, task = attempt, plan = null, at }) => [
      attempt,
      {
        task,
        plan,
        session,
        at: at === undefined ? 0 : Date.parse(at),
        settled: usage,
        live: null,
        hold: null,
        share: NO_LIMIT,
      },
    ]),
  );
  const of = (attempt: string): Spender => {
    const known = spenders.get(attempt);
    if (known !== undefined) return known;
    const made: Spender = {
      task: attempt,
      plan: null,
      session: wish.session,
      at: null,
      settled: null,
      live: null,
      hold: null,
      share: NO_LIMIT,
    };
    spenders.set(attempt, made);
    return made;
  };
  const totalOf = ({ settled, live }: Spender): Usage | null => (live === null ? settled : plus(settled, live));

  const scopesOf = ({ task, plan }: About): readonly Scope[] =>
    [
      { name: `task ${task}`, limit: limits.task, has: (one: Spender) => one.task === task },
      ...(plan === null
        ? []
        : [{ name: `plan ${plan}`, limit: limits.plan, has: (one: Spender) => one.plan === plan }]),
      { name: "session", limit: limits.session, has: (one: Spender) => one.session === wish.session },
      { name: "day", limit: limits.day, has: sinceMidnight(wish.now()) },
    ].filter(({ limit }) => hasLimit(limit));

  /** What is still held for its conversation, after what that has spent. */
  const heldFor = (one: Spender): { readonly micros: number; readonly tokens: number } => {
    if (one.hold === null) return { micros: 0, tokens: 0 };
    const { usd, tokens, before } = one.hold;
    const spent = (pick: (usage: Usage) => number): number =>
      Math.max(0, pick(totalOf(one) ?? NO_USAGE) - pick(before ?? NO_USAGE));
    return microsOf({
      usd: Math.max(0, usd - spent((usage) => usage.usd ?? 0)),
      tokens: Math.max(0, tokens - spent(tokensOf)),
    });
  };

  /** The budget of a scope as it stands; `without` holds nothing of it. */
  function budgetOf({ limit, has }: Scope, without?: string): Budget {
    const usd = wish.priced ? limit.usd : null;
    let budget = newBudget({ usd, tokens: limit.tokens, warnAt: wish.warnAt });
    for (const [id, one] of spenders) {
      if (!has(one)) continue;
      const total = totalOf(one);
      if (total !== null) budget = settle(budget, id, total);
      if (one.hold === null || id === without) continue;
      budget = { ...budget, held: new Map(budget.held).set(id, heldFor(one)) };
    }
    return budget;
  }

  const holdAll = (attempt: string, hold: { readonly usd: number; readonly tokens: number }): boolean => {
    const one = of(attempt);
    const fits = scopesOf(one).every((scope) => {
      // What rounds to nothing needs no room.
      if (hold.usd === 0 && hold.tokens === 0) return true;
      return reserve(release(budgetOf(scope, attempt), attempt), attempt, hold).kind === "reserved";
    });
    if (fits) one.hold = { ...hold, before: totalOf(one) };
    return fits;
  };

  /** Says what was reached for the first time, and the worst of it. */
  function levelOf(about: About): Level {
    let worst: Level = { kind: "fine", reason: "", scope: "" };
    for (const scope of scopesOf(about)) {
      const standing = standingOf(budgetOf(scope));
      const level =
        standing.part >= 1
          ? "used-up"
          : standing.part >= LAST_TURN_AT
            ? "last-turn"
            : standing.kind === "warn"
              ? "warn"
              : null;
      if (level === null) continue;
      tell(scope, level, standing);
      if (level === "warn" || worst.kind === "used-up") continue;
      worst = { kind: level, reason: usedUp(scope, level), scope: scope.name };
    }
    return worst;
  }

  function tell({ name, limit }: Scope, level: BudgetReached["level"], standing: Standing): void {
    const reached: BudgetReached = {
      session: wish.session,
      scope: name === "day" ? `day ${dayOf(wish.now())}` : name,
      level,
      limitUsd: limit.usd,
      limitTokens: limit.tokens,
    };
    if (told.has(keyOf(reached))) return;
    told.add(keyOf(reached));
    wish.onReached({ ...reached, text: `${inWords(name, limit)}: ${spentInWords(limit, standing)}` });
  }

  /** Whether somebody else has not spent yet what is set aside for him in this scope. */
  const othersHold = (attempt: string, name: string): boolean =>
    scopesOf(of(attempt)).some((scope) => {
      if (scope.name !== name) return false;
      const { held } = budgetOf(scope, attempt);
      return [...held.values()].some(({ micros, tokens }) => micros > 0 || tokens > 0);
    });

  const purse: Purse = {
    reserve(attempt, about) {
      const one = of(attempt);
      if (about !== undefined) Object.assign(one, about);
      one.at = null;
      let usd: number | null = null;
      let tokens: number | null = null;
      let tightest = "session";
      for (const scope of scopesOf(one)) {
        const { leftUsd, leftTokens, part } = standingOf(budgetOf(scope, attempt));
        if (part >= LAST_TURN_AT)
          return { kind: "refused", reason: usedUp(scope, part >= 1 ? "used-up" : "last-turn"), scope: scope.name };
        if (leftUsd === 0 || leftTokens === 0) return { kind: "later", reason: heldBy(scope), scope: scope.name };
        const places = scope.name.startsWith("task ") ? 1 : wish.places;
        const share = (left: number | null, whole: number | null): number | null =>
          left === null || whole === null ? null : Math.min(left, Math.max(whole / places, left / places));
        const [money, words] = [share(leftUsd, scope.limit.usd), share(leftTokens, scope.limit.tokens)];
        if (money !== null && (usd === null || money < usd)) [usd, tightest] = [money, scope.name];
        if (words !== null && (tokens === null || words < tokens)) [tokens, tightest] = [Math.floor(words), scope.name];
      }
      if (!holdAll(attempt, { usd: usd ?? 0, tokens: tokens ?? 0 }))
        return { kind: "later", reason: "others hold what is left of the budget", scope: tightest };
      one.share = { usd, tokens };
      return { kind: "share", usd, tokens, scope: tightest };
    },
    another(attempt, had, conversation) {
      const next = purse.reserve(attempt);
      if (next.kind !== "share") {
        of(attempt).at = wish.now().getTime();
        return next;
      }
      const spent = conversation ?? NO_USAGE;
      const parts = [part(had.usd, spent.usd ?? 0), part(had.tokens, tokensOf(spent))] as const;
      const ended = parts[1] > parts[0] ? "tokens" : "usd";
      const more = next[ended] ?? Number.POSITIVE_INFINITY;
      const before = had[ended] ?? 0;
      const rest = before - (ended === "usd" ? (spent.usd ?? 0) : tokensOf(spent));
      const waits = othersHold(attempt, next.scope);
      // A whole share again, or the last there is: with a crumb it would only begin anew, and end at once. Below nothing: so far
      // it went over its share, as an agent can whose calls nobody sees before they are made, and may go over again.
      if (more > Math.abs(rest) + CRUMB && (more >= before || !waits)) return next;
      Object.assign(of(attempt), { hold: null, at: wish.now().getTime() });
      const { scope } = next;
      return waits
        ? { kind: "later", reason: "others hold what is left of the budget", scope }
        : { kind: "refused", reason: "the next call would exceed the budget", scope };
    },
    pause(attempt, spentUsd) {
      const one = of(attempt);
      if (one.hold !== null) one.hold = { ...one.hold, usd: spentUsd, tokens: tokensOf(one.live ?? NO_USAGE) };
    },
    again(attempt, usd) {
      const one = of(attempt);
      const { tokens } = one.share;
      if (usd === null && tokens === null) return "yes";
      const before = one.hold;
      const live = one.live ?? NO_USAGE;
      const rest = (whole: number | null, used: number): number => Math.max(0, (whole ?? 0) - used);
      if (holdAll(attempt, { usd: rest(usd, live.usd ?? 0), tokens: rest(tokens, tokensOf(live)) })) return "yes";
      one.hold = before;
      // One that waits for people itself has nothing to give back: two of them would wait for each other for ever.
      return scopesOf(one).some(({ name }) => othersHold(attempt, name)) ? "later" : "never";
    },
    spend(attempt, conversation) {
      const one = of(attempt);
      one.live = conversation;
      return levelOf(one);
    },
    settle(attempt, conversation) {
      const one = of(attempt);
      one.live = null;
      if (conversation !== null) one.settled = plus(one.settled, conversation);
      one.hold = null;
      one.at = wish.now().getTime();
      levelOf(one);
    },
    exhausted() {
      for (const scope of scopesOf(NOBODY)) {
        if (scope.name.startsWith("task ")) continue;
        const { part } = standingOf(budgetOf(scope));
        if (part >= LAST_TURN_AT) return usedUp(scope, part >= 1 ? "used-up" : "last-turn");
      }
      return null;
    },
    limit(session) {
      limits = { ...limits, session };
    },
  };
  return purse;
}

/** How much of a limit is used. */
const part = (whole: number | null, used: number): number => (whole === null ? 0 : whole <= 0 ? 1 : used / whole);

const keyOf = ({ session, scope, level, limitUsd, limitTokens }: BudgetReached): string =>
  JSON.stringify([scope === "session" ? session : "", scope, level, limitUsd, limitTokens]);

/** Whoever was under way on this day of the machine's own clock, all that it has spent: never too little is counted. */
function sinceMidnight(now: Date): (one: Spender) => boolean {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  return ({ at }) => at === null || at >= midnight.getTime();
}

const dayOf = (now: Date): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

const microsOf = ({ usd, tokens }: { readonly usd: number; readonly tokens: number }) => ({
  micros: Math.ceil(usd * 1_000_000 - 1e-6),
  tokens,
});

const limitInWords = ({ usd, tokens }: Limit): string =>
  [...(usd === null ? [] : [`$${usd.toFixed(2)}`]), ...(tokens === null ? [] : [`${tokens} tokens`])].join(" and ");

/** `the budget of $5.00`, `the budget of $2.00 for task TASK-001`. */
const inWords = (scope: string, limit: Limit): string =>
  `the budget of ${limitInWords(limit)}${scope === "session" ? "" : scope === "day" ? " a day" : ` for ${scope}`}`;

const usedUp = ({ name, limit }: Scope, level: "used-up" | "last-turn"): string =>
  `${inWords(name, limit)} is ${level === "used-up" ? "used up" : "used up but for a rest that no turn would fit into"}`;

const heldBy = ({ name, limit }: Scope): string => `others hold what is left of ${inWords(name, limit)}`;

function spentInWords({ usd, tokens }: Limit, { usd: spent, knownUsd, tokens: used }: Standing): string {
  const parts = [
    ...(usd === null ? [] : [spent === null ? `unknown, $${knownUsd.toFixed(2)} of it known` : `$${spent.toFixed(2)}`]),
    ...(tokens === null ? [] : [`${used} tokens`]),
  ];
  return `${parts.join(" and ")} spent`;
}
