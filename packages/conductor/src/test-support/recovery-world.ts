/**
 * A world in memory, in which a run can die before any of its steps: commits and one ref, tasks with claims as taskwerk
 * keeps them, and a journal with the real rules and the real fold. What goes through it is a run in outline, and the real
 * recovery.
 */
import { claimTokenOf } from "@taskwerk/contract/claim-token";
import { WerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { checkFact } from "../journal/check-fact.ts";
import type { Fact, JournalEvent } from "../model/event.ts";
import { applyEvent, emptyState, type RunState } from "../model/state.ts";

/** What a run that dies throws, everywhere at once. */
export class Death extends Error {}

interface ModelTask {
  readonly id: string;
  status: Status;
  reason: string | null;
  claimedBy: string | null;
  fence: number;
}

interface ModelCommit {
  readonly parent: string | null;
  readonly tree: string;
  /** The task that it brings; null for commits of an agent. */
  readonly lands: string | null;
}

export interface World {
  readonly commits: Map<string, ModelCommit>;
  /** Commits that conductor's own refs keep. */
  readonly kept: Set<string>;
  readonly tasks: Map<string, ModelTask>;
  tip: string;
  state: RunState;
  readonly events: JournalEvent[];
  /** Counts the steps; the one that makes it 0 is not done any more. */
  lifeLeft: number;
  steps: number;
  /** One step of the run, unless it dies before. */
  step<T>(effect: () => T): T;
  append(facts: readonly Fact[]): void;
  commit(parent: string | null, lands: string | null): string;
  claim(id: string, by: string): string | null;
  move(
    id: string,
    to: Status,
    more: { readonly claim?: string; readonly reason?: string; readonly from?: Status },
  ): void;
  release(token: string): void;
  /** The task as the API shows it, as far as recovery looks. */
  shown(id: string): Task;
}

const OPEN: readonly Status[] = ["todo", "in-progress", "review", "blocked", "paused"];

export function makeWorld(taskIds: readonly string[]): World {
  const world: World = {
    commits: new Map(),
    kept: new Set(),
    tasks: new Map(
      taskIds.map((id) => [id, { id, status: "todo" as Status, reason: null, claimedBy: null, fence: 0 }] as const),
    ),
    tip: "",
    state: emptyState(),
    events: [],
    lifeLeft: Number.POSITIVE_INFINITY,
    steps: 0,
    step(effect) {
      world.lifeLeft -= 1;
      if (world.lifeLeft <= 0) throw new Death();
      world.steps += 1;
      return effect();
    },
    append(facts) {
      for (const fact of facts) {
        checkFact(world.state, fact);
        const seq = world.state.seq + 1;
        const event = { ...fact, seq, at: new Date(seq * 1000).toISOString(), hash: "" };
        world.events.push(event);
        world.state = applyEvent(world.state, event);
      }
    },
    commit(parent, lands) {
      const id = (world.commits.size + 1).toString(16).padStart(40, "0");
      world.commits.set(id, { parent, tree: id.replace(/^0/, "e"), lands });
      return id;
    },
    claim(id, by) {
      const task = world.tasks.get(id)!;
      if (task.status !== "todo" || task.claimedBy !== null) return null;
      Object.assign(task, { status: "in-progress", claimedBy: by, fence: task.fence + 1, reason: null });
      return tokenOf(world, id);
    },
    move(id, to, { claim, reason, from }) {
      const task = world.tasks.get(id)!;
      if (from !== undefined && task.status !== from)
        throw new WerkError("INVALID_TRANSITION", `${id} is ${task.status}`);
      if (task.claimedBy !== null && claim !== tokenOf(world, id))
        throw new WerkError(claim === undefined ? "CLAIM_REQUIRED" : "CLAIM_LOST", id);
      if (task.claimedBy === null && claim !== undefined) throw new WerkError("CLAIM_LOST", id);
      Object.assign(task, { status: to, reason: reason ?? null });
      if (to !== "in-progress" && to !== "review") task.claimedBy = null;
    },
    release(token) {
      const task = [...world.tasks.values()].find(({ id }) => tokenOf(world, id) === token);
      if (task === undefined) return;
      task.claimedBy = null;
      if (task.status === "in-progress") task.status = "todo";
    },
    shown(id) {
      const { status, reason, claimedBy, fence } = world.tasks.get(id)!;
      const claim = claimedBy === null ? null : { by: claimedBy, fence };
      return { id, uid: id, status, status_reason: reason, claim, children: [] } as unknown as Task;
    },
  };
  world.tip = world.commit(null, null);
  return world;
}

const tokenOf = (world: World, id: string): string | null => claimTokenOf(world.shown(id));

/** Tasks that are not closed. */
export const openTasks = (world: World): readonly Task[] =>
  [...world.tasks.values()].filter(({ status }) => OPEN.includes(status)).map(({ id }) => world.shown(id));

/** True when `ancestor` is `commit` or lies behind it. */
export function isBehind(world: World, ancestor: string, commit: string): boolean {
  for (let at: string | null = commit; at !== null; at = world.commits.get(at)?.parent ?? null)
    if (at === ancestor) return true;
  return false;
}
