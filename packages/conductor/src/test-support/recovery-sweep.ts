/** Runs in a world in memory that die before each of their steps, and what must hold of every one of them afterwards. */
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { type Deaths, type Fate, liveThrough } from "./recovery-run.ts";
import type { World } from "./recovery-world.ts";

export interface Swept {
  readonly runs: number;
  /** What was wrong, each with the words that find it again. */
  readonly wrong: readonly string[];
}

/**
 * Dies before every step of seeded runs until there were `count` of them; half of them die again while they go on, some in a
 * session of their own.
 */
export async function sweepRecovery(seed: number, count: number): Promise<Swept> {
  const wrong: string[] = [];
  let runs = 0;
  for (let plan = seed; runs < count; plan += 1) {
    const calm = await liveThrough(fatesOf(plan), randomOf(plan).int, null);
    const steps = calm.steps;
    for (let first = 1; first <= steps && runs < count; first += 1, runs += 1) {
      const random = randomOf(plan * 7919 + first);
      const second = random.int(0, 1) === 0 ? Number.POSITIVE_INFINITY : random.int(1, 40);
      const deaths: Deaths = { first, second, anew: random.int(0, 3) === 0 };
      const problem = await problemOf(plan, deaths);
      if (problem !== null) wrong.push(`plan ${plan}, ${JSON.stringify(deaths)}: ${problem}`);
    }
  }
  return { runs, wrong };
}

/** Two to five tasks and what happens to each. */
function fatesOf(plan: number): ReadonlyMap<string, Fate> {
  const random = randomOf(plan);
  const one = (): boolean => random.int(0, 2) === 0;
  return new Map(
    Array.from({ length: random.int(2, 5) }, (_, at) => [
      `TASK-00${at + 1}`,
      { red: one(), asks: one(), conflicts: random.int(0, 1) === 0 },
    ]),
  );
}

async function problemOf(plan: number, deaths: Deaths): Promise<string | null> {
  try {
    return whatIsWrong(await liveThrough(fatesOf(plan), randomOf(plan + deaths.first).int, deaths));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Nothing is lost, nothing landed twice or without its receipts, nobody holds anything; null when all of that holds. */
function whatIsWrong(world: World): string | null {
  const { state, tasks, commits } = world;
  const landed: string[] = [];
  for (let at: string | null = world.tip; at !== null; at = commits.get(at)!.parent)
    if (commits.get(at)!.lands !== null) landed.push(commits.get(at)!.lands!);
  const ids = [...tasks.keys()].sort();
  if (landed.toSorted().join() !== ids.join()) return `landed: ${landed.join()}`;
  const open = [...tasks.values()].filter(({ status, claimedBy }) => status !== "done" || claimedBy !== null);
  if (open.length > 0) return `not closed: ${JSON.stringify(open)}`;
  const endless = [...state.attempts.values()].filter(({ endedAt }) => endedAt === null);
  if (endless.length > 0) return `attempts without an end: ${endless.map(({ id }) => id).join()}`;
  if (state.landings.length !== ids.length) return `the journal tells of ${state.landings.length} landings`;
  for (const { task, commit, tree, receipts } of state.landings) {
    if (commits.get(commit)?.lands !== task) return `the journal says ${commit} is ${task}`;
    const proof = receipts.map((id) => state.receipts.get(id));
    if (proof.length === 0 || proof.some((one) => one?.result !== "pass" || one.tree !== tree))
      return `${task} landed without a receipt of its tree`;
  }
  const lost = [...state.attempts.values()].filter(({ work }) => work !== null && !world.kept.has(work.commit));
  if (lost.length > 0) return `work that nothing keeps: ${lost.map(({ id }) => id).join()}`;
  if ([...state.decisions.values()].some((one) => one.state === "open")) return "a card is open";
  return null;
}
