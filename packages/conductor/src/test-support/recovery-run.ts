/** A run in outline, in a world in memory: every step of every attempt in the order in which the real one takes them. */
import { isWerkError } from "@taskwerk/contract/errors";
import { sampleAttempt, sampleDecision, sampleReceipt, sampleSession } from "../model/sample-facts.ts";
import { nextDecisionId } from "../model/state.ts";
import { claimerOf, type RunContext } from "../run/context.ts";
import { recover } from "../run/recover.ts";
import { unpark } from "../run/unpark.ts";
import type { Adopted } from "../run/work.ts";
import { Death, isBehind, makeWorld, openTasks, type World } from "./recovery-world.ts";

/** What happens to a task: its gates are red once, it asks a person, it meets what landed meanwhile. */
export interface Fate {
  readonly red: boolean;
  readonly asks: boolean;
  readonly conflicts: boolean;
}

/** Whole numbers from `least` to `most`, the same for the same seed. */
export type Draw = (least: number, most: number) => number;

const AT_ONCE = 3;
const ref = sampleSession().integration;
const nobody = { endProcess: async () => undefined, sweep: async () => undefined };

/** Runs a session on the world to its end, answering what is asked. Throws Death. */
export async function runOn(
  world: World,
  fates: ReadonlyMap<string, Fate>,
  session: string,
  draw: Draw,
): Promise<void> {
  const context = contextOf(world, session);
  if (!world.state.sessions.has(session))
    world.step(() => world.append([{ type: "session.started", session: sampleSession({ id: session }) }]));
  const { adopted } = await recover(context, nobody);
  const running = new Map<string, Generator<void>>();
  const tried = new Set<string>();
  for (;;) {
    for (const task of await unpark(context)) tried.delete(task);
    for (const { id, status, claim } of openTasks(world)) {
      if (running.size >= AT_ONCE || tried.has(id) || status !== "todo" || claim !== null) continue;
      tried.add(id);
      running.set(id, attempt(world, { id, session, fate: fates.get(id)!, adopted: adopted.get(id) ?? null }));
    }
    const ids = [...running.keys()];
    if (ids.length === 0) {
      const open = [...world.state.decisions.values()].filter(({ state }) => state === "open");
      if (open.length === 0) return;
      // A person, in another process.
      for (const { id } of open)
        world.append([{ type: "decision.closed", decision: id, state: "answered", answer: "both", by: "ada" }]);
      continue;
    }
    const next = ids[draw(0, ids.length - 1)]!;
    if (running.get(next)!.next().done) running.delete(next);
  }
}

/** The steps of one attempt; each `yield` lets others go on. */
function* attempt(
  world: World,
  about: { readonly id: string; readonly session: string; readonly fate: Fate; readonly adopted: Adopted | null },
): Generator<void> {
  const { id: task, session, fate, adopted } = about;
  const { step, append } = world;
  const token = step(() => world.claim(task, claimerOf({ stateDir: "/nowhere" }, session)));
  if (token === null) return;
  yield;
  const n = (world.state.attemptsByTask.get(task)?.length ?? 0) + 1;
  const id = `${session}/${task}/${n}`;
  let base = adopted?.base ?? world.tip;
  step(() =>
    append([{ type: "attempt.started", token, attempt: sampleAttempt(task, n, { id, session, base, fence: n }) }]),
  );
  let work = adopted?.commit ?? null;
  if (adopted !== null)
    step(() =>
      append([{ type: "attempt.bundled", attempt: id, commit: adopted.commit, tree: adopted.tree, ref: adopted.ref }]),
    );
  const stage = (
    name: "preparing" | "rework" | "gating" | "queued" | "landing" | "waiting-answer",
    reason = "",
  ): void => step(() => append([{ type: "attempt.stage", attempt: id, stage: name, reason }]));

  for (let round = 1; ; round += 1) {
    if (work === null) {
      stage(round === 1 ? "preparing" : "rework");
      if (round > 1) step(() => world.move(task, "in-progress", { claim: token }));
      yield;
      step(() =>
        append([
          {
            type: "attempt.prepared",
            attempt: id,
            workspace: `/nowhere/${id}/tree`,
            branch: `feature/${task}`,
            base,
            briefSha256: "0",
          },
          { type: "attempt.stage", attempt: id, stage: "running", reason: null },
        ]),
      );
      step(() => append([{ type: "attempt.spawned", attempt: id, process: { pid: 1, startTime: "1" } }]));
      yield;
      if (fate.asks && !wasAnswered(world, task)) {
        const decision = nextDecisionId(world.state, "question");
        const asked = sampleDecision(decision, { task, session, attempt: id, state: "open", answer: null });
        step(() => append([{ type: "decision.asked", decision: asked }]));
        stage("waiting-answer", decision);
        const reason = `waits for ${decision}`;
        step(() => world.move(task, "blocked", { claim: token, reason }));
        yield;
        step(() => append([{ type: "attempt.agent-ended", attempt: id, reason: "cancelled", error: null }]));
        step(() => append([{ type: "attempt.ended", attempt: id, stage: "interrupted", reason }]));
        return;
      }
      step(() => append([{ type: "attempt.agent-ended", attempt: id, reason: "done", error: null }]));
      yield;
      work = step(() => {
        const made = world.commit(base, null);
        world.kept.add(made);
        return made;
      });
      const { tree } = world.commits.get(work)!;
      step(() => append([{ type: "attempt.bundled", attempt: id, commit: work!, tree, ref: `refs/work/${id}` }]));
      yield;
    }
    stage("gating");
    step(() => world.move(task, "review", { claim: token }));
    const red = fate.red && world.commits.get(work)!.parent === base && reds(world, task) === 0;
    yield;
    judge(world, { session, id, tree: world.commits.get(work)!.tree, red });
    if (red) {
      work = null;
      continue;
    }
    yield;
    stage("queued");
    stage("landing");
    if (base !== world.tip && fate.conflicts) {
      base = world.tip;
      work = null;
      continue;
    }
    // One landing at a time: nobody goes on before the ref has moved.
    const tree = `f${work.slice(1)}`;
    const receipt = judge(world, { session, id, tree, red: false });
    const from = world.tip;
    const commit = step(() => {
      const made = world.commit(from, task);
      world.commits.set(made, { parent: from, tree, lands: task });
      return made;
    });
    step(() => append([{ type: "landing.intended", attempt: id, ref, from, commit, tree, receipts: [receipt] }]));
    step(() => {
      world.tip = commit;
    });
    step(() => append([{ type: "landing.landed", attempt: id, ref, commit, tree, receipts: [receipt] }]));
    yield;
    step(() => world.move(task, "done", { claim: token, reason: "landed" }));
    step(() => append([{ type: "task.closed", attempt: id, task }]));
    yield;
    step(() => append([{ type: "attempt.ended", attempt: id, stage: "landed", reason: null }]));
    return;
  }
}

const wasAnswered = ({ state }: World, task: string): boolean =>
  [...state.decisions.values()].some((one) => one.task === task && one.state === "answered");

const reds = ({ state }: World, task: string): number =>
  [...state.receipts.values()].filter(({ result, command }) => result === "fail" && command === task).length;

function judge(
  world: World,
  {
    session,
    id,
    tree,
    red,
  }: { readonly session: string; readonly id: string; readonly tree: string; readonly red: boolean },
): string {
  const receipt = sampleReceipt(`r${world.state.seq + 1}`, {
    tree,
    result: red ? "fail" : "pass",
    command: world.state.attempts.get(id)!.task,
  });
  world.step(() => world.append([{ type: "gate.judged", attempt: id, session, receipt }]));
  return receipt.id;
}

/** The parts that recovery uses, over the world. Each of its effects is a step too. */
function contextOf(world: World, session: string): RunContext {
  const { step } = world;
  const knows = (name: string): string | null => (world.commits.has(name) ? name : name === ref ? world.tip : null);
  return {
    session: sampleSession({ id: session }),
    stateDir: "/nowhere",
    newId: () => `id-${world.steps}`,
    onDefect: (error: unknown) => {
      throw error;
    },
    journal: {
      state: async () => world.state,
      append: async (facts: Parameters<World["append"]>[0]) => step(() => world.append(facts)),
    },
    repository: {
      storeDir: "/nowhere/git",
      resolve: async (name: string) => knows(name),
      isAncestor: async (ancestor: string, commit: string) => isBehind(world, ancestor, commit),
      treeOf: async (commit: string) => world.commits.get(commit)!.tree,
    },
    tasks: {
      show: async (id: string) => world.shown(id),
      open: async () => openTasks(world),
      release: async (token: string) => step(() => world.release(token)),
      move: async (id: string, to: Parameters<World["move"]>[1], more: Parameters<World["move"]>[2]) =>
        step(() => world.move(id, to, more)),
      unblock: async (id: string) => {
        try {
          step(() => world.move(id, "todo", { from: "blocked" }));
          return true;
        } catch (error) {
          if (isWerkError(error) && error.code === "INVALID_TRANSITION") return false;
          throw error;
        }
      },
    },
  } as unknown as RunContext;
}

/** Where a run dies: before which step, and before which step of what goes on; there in a new session or in the same one. */
export interface Deaths {
  readonly first: number;
  readonly second: number;
  readonly anew: boolean;
}

/** Runs, dies, goes on, dies again, goes on to the end. Answers the steps it took. */
export async function liveThrough(fates: ReadonlyMap<string, Fate>, draw: Draw, deaths: Deaths | null): Promise<World> {
  const world = makeWorld([...fates.keys()]);
  const lives = deaths === null ? [Number.POSITIVE_INFINITY] : [deaths.first, deaths.second, Number.POSITIVE_INFINITY];
  for (const [life, steps] of lives.entries()) {
    world.lifeLeft = steps;
    try {
      await runOn(world, fates, `run-${deaths?.anew === true ? life + 1 : 1}`, draw);
      return world;
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    }
  }
  throw new Error("it died although nothing was to kill it any more");
}
