/** The loop: what is ready is claimed and worked on, until nothing can move any more. */
import { isDeepStrictEqual } from "node:util";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { AT_ONCE, TERMINAL_CLOSED } from "../model/at-once.ts";
import type { RunOptions } from "../model/run.ts";
import { type Held, STOP_ASKED } from "../model/state.ts";
import type { AttemptEnd } from "./attempt-end.ts";
import {
  cardsInTheWay,
  expireCards,
  limitedAttempts,
  openCards,
  reviewedAttempts,
  waitingAttempts,
} from "./cards-of-run.ts";
import { closeParent } from "./close-parent.ts";
import type { RunContext } from "./context.ts";
import { sessionLimit } from "./heed-limits.ts";
import { heldOf, noteHeld, waitingForApproval } from "./held.ts";
import { nextChange } from "./next-change.ts";
import { waitedForApproval, workLeft } from "./recover.ts";
import { byLongestChain, kindsOf, type Needs, needsOf, pickNext } from "./schedule.ts";
import { startTask } from "./start-task.ts";
import { unpark } from "./unpark.ts";
import type { Adopted } from "./work.ts";

/** Why a run stopped. `finished`: every task that it may touch is closed or has a reason. */
export type RunEnd =
  /** `landed`: by this session in all, also before it was resumed. */
  | { readonly kind: "finished"; readonly landed: number; readonly unlanded: number }
  /** `aside`: tasks that people have put aside. */
  | { readonly kind: "waiting"; readonly decisions: readonly string[]; readonly aside?: readonly string[] }
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "budget"; readonly reason: string }
  | { readonly kind: "limited"; readonly reason: string; readonly resetAt: string | null }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "time-up" }
  | { readonly kind: "failing"; readonly reason: string };

export interface RunControl {
  /** Nothing new is started once this is aborted; what runs goes on. */
  readonly drain: AbortSignal;
  /** Ends everything now. */
  readonly stop: AbortController;
  /** Ends the waiting for people. */
  readonly park: AbortController;
  /** Milliseconds to wait for people when they are all that is waited for. */
  readonly waitMs: number;
  /** Moved when a person moves it. */
  until: Date | null;
}

/** What a person can raise while it runs. Nothing else of the options counts: written down and read again they may differ in form. */
const limitsOf = (options: RunOptions) => ({ ...sessionLimit(options), until: options.until });

const LOOK_AGAIN = 500;

/** Runs until nothing can move. Attempts that an earlier, interrupted run left are recovered before (recover.ts). */
export async function runLoop(
  context: RunContext,
  control: RunControl,
  adopted: ReadonlyMap<string, Adopted>,
): Promise<RunEnd> {
  const running: Running = new Map();
  try {
    return await dispatch(context, control, adopted, running);
  } catch (error) {
    // Whatever it is that keeps this from going on: no agent goes on alone.
    control.stop.abort();
    await settled(running);
    throw error;
  }
}

/** Attempts that are under way, by task. `done` never rejects. */
type Running = Map<string, { readonly task: Task; readonly aside: AbortController; readonly done: Promise<void> }>;

const settled = async (running: Running): Promise<void> => {
  await Promise.all([...running.values()].map(({ done }) => done));
};

async function dispatch(
  context: RunContext,
  control: RunControl,
  found: ReadonlyMap<string, Adopted>,
  running: Running,
): Promise<RunEnd> {
  const { journal, tasks, session, pool } = context;
  const needs = (task: Task): Needs => needsOf(task, context.agent.id);
  const tried = new Set<string>();
  // Once it is gone on with, whatever this run makes of it counts.
  const adopted = new Map(found);
  // What people have put aside while it was worked on: its work is gone on with.
  const setAside = new Set<string>();
  // Under way when the limits were raised: some were refused under the old ones, and take their time to end.
  const before = new Set<string>();
  let failuresInARow = 0;
  let halt: RunEnd | null = null;
  let known = session.options;
  let waitedSince: number | null = null;
  let idleSince: number | null = null;

  for (;;) {
    if (control.stop.signal.aborted) break;
    const state = await journal.state();
    const options = state.sessions.get(session.id)?.options ?? session.options;
    if (!isDeepStrictEqual(limitsOf(options), limitsOf(known))) {
      known = options;
      context.purse.limit(sessionLimit(options));
      control.until = options.until === null ? null : new Date(options.until);
      // There is more of what it was stopped for.
      if (isOver(halt, "budget", "time-up")) halt = null;
      for (const id of running.keys()) before.add(id);
    }
    const request = state.sessions.get(session.id)?.stop ?? null;
    if (request !== null) {
      halt ??= { kind: "stopped", reason: request.reason ?? STOP_ASKED };
      if (request.mode !== "after-task") {
        control.park.abort();
        control.stop.abort(request.mode === "now" ? AT_ONCE : undefined);
      }
    }
    if (control.drain.aborted) halt ??= { kind: "stopped", reason: whyInterrupted(control.drain) };
    if (control.until && context.now() >= control.until) halt ??= { kind: "time-up" };

    for (const [id, { aside }] of running) if (state.paused.has(id)) aside.abort();
    await expireCards(context);
    for (const task of await unpark(context)) tried.delete(task);
    const room = session.options.maxTasks === null ? Number.POSITIVE_INFINITY : session.options.maxTasks - tried.size;
    // Without a free place nothing could be begun: the next one that comes free asks again.
    const full = pool.room.places === 0;
    const ready = halt || full ? [] : await readyTasks(context, tried);
    for (const parent of ready.filter((task) => task.children.length > 0)) await closeParent(context, parent);
    const held = halt || full ? null : await holdBack(context, ready);
    for (const account of [context.account, context.otherAccount]) {
      const lifted = state.accounts.get(account.name)?.lifted;
      if (lifted !== undefined) account.lift(lifted.until);
    }
    const limited = context.account.paused();
    if (limited === null && isOver(halt, "limited")) halt = null;
    if (limited !== null && context.account.outlasts())
      halt ??= { kind: "limited", reason: limited.reason, resetAt: limited.until };
    const exhausted = context.purse.exhausted();
    const able = held?.reason ? [] : ready.filter((task) => held?.tasks[task.id] === undefined);
    const made = await madeOf(context, able, { adopted, setAside });
    const isMade = ({ id }: Task): boolean => made.has(id);
    // No agent would get anywhere; what is made already needs only gates.
    const mayBegin = (task: Task): boolean => (limited === null && exhausted === null) || isMade(task);
    if (exhausted !== null && room > 0 && able.some(({ children }) => children.length === 0) && !able.some(isMade))
      halt ??= { kind: "budget", reason: exhausted };
    const begin = able.filter(mayBegin);
    const places = Math.min(pool.room.places, room, begin.length > 0 ? await backlogRoom(context, running.size) : 0);
    const next = pickNext(
      begin.length > 1 && places > 0 ? byLongestChain(begin, await tasks.open()) : begin,
      [...running.values()].map(({ task }) => task),
      { places, left: pool.room.left },
      (task) => kindsOf(needs(task)),
    );
    for (const task of next) {
      // Another attempt may have ended it since they were looked up.
      if (halt !== null) break;
      // A question that was answered may have taken the place meanwhile; to wait here would be deaf to a stop.
      const slots = pool.tryTake(needs(task));
      if (slots === null) continue;
      const aside = new AbortController();
      const work = made.get(task.id) ?? null;
      const started = await startTask(context, task, { slots, adopted: work, aside: aside.signal }).catch(unstarted);
      if (started === null) {
        slots.give();
        continue;
      }
      tried.add(task.id);
      adopted.delete(task.id);
      const done = started.done
        .then(
          (end) => hear(task, end),
          (error: unknown) => fail(error),
        )
        .finally(() => {
          running.delete(task.id);
          before.delete(task.id);
        });
      running.set(task.id, { task, aside, done });
    }

    const waiting = await waitingAttempts(context);
    // Also while others are ready that cannot be begun: what they lack may be held by those that wait.
    if (running.size > 0 && running.size === waiting.length) {
      waitedSince ??= performance.now();
      if (performance.now() - waitedSince >= control.waitMs || halt) control.park.abort();
    } else waitedSince = null;
    // What waits for the provider is not waited for once nothing may begin any more.
    const atLimit = isOver(halt, "time-up", "limited") ? await limitedAttempts(context) : [];
    if (atLimit.length > 0 && running.size === waiting.length + atLimit.length) control.park.abort();

    // A place that has come free meanwhile is looked at first.
    if (running.size === 0 && next.length === 0 && (halt !== null || !full)) {
      const again = halt ? [] : await readyTasks(context, tried);
      const open = again.filter((task) => task.children.length === 0 && held?.tasks[task.id] === undefined);
      const more = open.length > 0 && room > 0 && !held?.reason;
      const cards =
        halt === null &&
        (Boolean(held?.reason) || (await openCards(context)).length > 0 || (await asideTasks(context)).length > 0);
      idleSince = more ? null : (idleSince ?? performance.now());
      if (!more && !(cards && performance.now() - (idleSince ?? 0) < control.waitMs)) {
        // What somebody said in this very turn, e.g. to the last card, may have brought more.
        if (!(await journal.changedSince(state.seq))) break;
        continue;
      }
    }
    await Promise.race([
      nextChange(journal, state.seq, { signal: control.stop.signal, withinMs: LOOK_AGAIN }),
      ...[...running.values()].map(({ done }) => done),
    ]);
  }
  await settled(running);
  if (halt) return halt;
  if (control.stop.signal.aborted) return { kind: "stopped", reason: whyInterrupted(control.drain) };
  const open = await cardsInTheWay(context);
  const aside = await asideTasks(context);
  if (open.length > 0 || aside.length > 0)
    return { kind: "waiting", decisions: open.map(({ id }) => id), ...(aside.length > 0 ? { aside } : {}) };
  return finishedEnd(context);

  function hear({ id }: Task, end: AttemptEnd): void {
    switch (end.kind) {
      case "landed":
        failuresInARow = 0;
        return;
      case "failed":
        failuresInARow += 1;
        if (failuresInARow >= context.settings.maxConsecutiveFailures)
          halt ??= { kind: "failing", reason: `${failuresInARow} tasks failed in a row; the last: ${end.reason}` };
        return;
      case "provider":
        if (end.fatal) halt ??= { kind: "refused", reason: end.reason };
        // It was put down without a fault of its own: once the provider takes requests again, it may be begun again.
        else tried.delete(id);
        return;
      case "budget":
        if (!before.delete(id)) halt ??= { kind: "budget", reason: end.reason };
        tried.delete(id);
        return;
      case "aside":
        setAside.add(id);
        tried.delete(id);
        return;
      case "blocked":
      case "no-change":
      case "cancelled":
      case "stopped":
      case "waiting":
        return;
      default: {
        const unknown: never = end;
        throw new Error(`unknown end ${JSON.stringify(unknown)}`);
      }
    }
  }

  /** Without ports nothing was claimed. Those that others of this run have are waited for. */
  function unstarted(error: unknown): null {
    if (!isWerkError(error) || error.code !== "PORT_IN_USE") throw error;
    if (running.size === 0) fail(error);
    return null;
  }

  function fail(error: unknown): void {
    halt ??= { kind: "stopped", reason: inWords(error) };
    context.onDefect(error);
  }
}

/** Where work comes from that is there before its task is begun. */
interface Before {
  /** Found when the run began. */
  readonly adopted: ReadonlyMap<string, Adopted>;
  /** Tasks that people have put aside since. */
  readonly setAside: ReadonlySet<string>;
}

/** By task: work that is there already and needs no agent. What this run has put down comes before what it began with. */
async function madeOf(
  context: RunContext,
  tasks: readonly Task[],
  { adopted, setAside }: Before,
): Promise<ReadonlyMap<string, Adopted>> {
  const state = await context.journal.state();
  const made = new Map<string, Adopted>();
  for (const { id } of tasks) {
    const isPutDown = setAside.has(id) || waitedForApproval(state, id);
    const work = isPutDown ? await workLeft(context, id) : adopted.get(id);
    if (work) made.set(id, work);
  }
  return made;
}

/** Tasks of this run that people have put aside, and that are still to be done. */
async function asideTasks({ journal, tasks, wants }: RunContext): Promise<readonly string[]> {
  const { paused } = await journal.state();
  if (paused.size === 0) return [];
  return (await tasks.open()).filter((task) => paused.has(task.id) && wants(task)).map(({ id }) => id);
}

const whyInterrupted = ({ reason }: AbortSignal): string => (reason === TERMINAL_CLOSED ? reason : "interrupted");

/** It is being ended for one of these reasons. What set it may have come meanwhile, from one of those that run. */
const isOver = (halt: RunEnd | null, ...kinds: readonly RunEnd["kind"][]): boolean =>
  halt !== null && kinds.includes(halt.kind);

/** Ready tasks of this run, without those it has tried. */
export async function readyTasks(context: RunContext, tried: ReadonlySet<string>): Promise<readonly Task[]> {
  const ready = await context.tasks.ready();
  const { paused } = await context.journal.state();
  return ready.filter((task) => !tried.has(task.id) && !paused.has(task.id) && context.wants(task));
}

/** What went wrong, with what helps against it. */
function inWords(error: unknown): string {
  if (!isWerkError(error)) return error instanceof Error ? error.message : String(error);
  const hint = error.hint === null ? "" : `. ${error.hint.replaceAll("\n", " ")}`;
  return `${error.code}: ${error.message}${hint}`;
}

/**
 * How many more may be begun before some of those that have left their agent have landed: gates are slower than agents, and
 * each holds a clone. Where a number is set for what is in review, those count that are judged, too.
 */
async function backlogRoom(context: RunContext, running: number): Promise<number> {
  const { caps } = context.settings;
  const reviewed = await reviewedAttempts(context);
  if (caps.reviewLimit !== null && reviewed.length > 0) {
    const waiting = waitingForApproval(await cardsInTheWay(context));
    if (waiting + reviewed.length >= caps.reviewLimit) return 0;
  }
  const waiting = await waitingAttempts(context);
  return context.clonesAtOnce - (running - waiting.length);
}

/** What of it is not begun now; written down, so that people see why. */
async function holdBack(context: RunContext, ready: readonly Task[]): Promise<Held> {
  const { caps } = context.settings;
  const cards = [...(await context.journal.state()).decisions.values()].filter(({ state }) => state === "open");
  // Only where it might be reached is taskwerk asked which of them are still to be done.
  const near = caps.reviewLimit !== null && waitingForApproval(cards) >= caps.reviewLimit;
  const waiting = near ? waitingForApproval(await cardsInTheWay(context)) : 0;
  const held = heldOf(
    ready.filter((task) => task.children.length === 0),
    { waiting, caps, agent: context.agent.id },
  );
  await noteHeld(context, held);
  return held;
}

/** The end of a run that nothing can move any more. */
export const finishedEnd = async (context: RunContext): Promise<Extract<RunEnd, { readonly kind: "finished" }>> => ({
  kind: "finished",
  landed: await landedOf(context),
  unlanded: await unfinished(context),
});

/** What this session has landed in all, also before it was stopped and resumed. */
const landedOf = async ({ journal, session }: RunContext): Promise<number> =>
  [...(await journal.state()).attempts.values()].filter((one) => one.session === session.id && one.stage === "landed")
    .length;

/** How many tasks are still to be done, also those that a limit kept it from. */
const unfinished = async (context: RunContext): Promise<number> =>
  (await context.tasks.open()).filter((task) => task.children.length === 0 && context.wants(task)).length;
