/** The loop: what is ready is claimed and worked on, until nothing can move any more. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { expireDecisions } from "../journal/decisions.ts";
import type { Decision } from "../model/decision.ts";
import type { Attempt } from "../model/run.ts";
import type { Held } from "../model/state.ts";
import type { AttemptEnd } from "./attempt-end.ts";
import { closeParent } from "./close-parent.ts";
import { claimerOf, type RunContext } from "./context.ts";
import { heldOf, noteHeld, waitingForApproval } from "./held.ts";
import { nextChange } from "./next-change.ts";
import { byLongestChain, needsOf, pickNext } from "./schedule.ts";
import { unpark } from "./unpark.ts";
import { runWithPorts } from "./with-ports.ts";
import type { Adopted } from "./work.ts";

/** Why a run stopped. `finished`: every task that it may touch is closed or has a reason. */
export type RunEnd =
  | { readonly kind: "finished"; readonly landed: number; readonly unlanded: number }
  | { readonly kind: "waiting"; readonly decisions: readonly string[] }
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
  readonly until: Date | null;
}

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
type Running = Map<string, { readonly task: Task; readonly done: Promise<void> }>;

const settled = async (running: Running): Promise<void> => {
  await Promise.all([...running.values()].map(({ done }) => done));
};

async function dispatch(
  context: RunContext,
  control: RunControl,
  adopted: ReadonlyMap<string, Adopted>,
  running: Running,
): Promise<RunEnd> {
  const { journal, tasks, session, pool } = context;
  const needs = (task: Task): readonly string[] => needsOf(task, context.agent.id);
  const tried = new Set<string>();
  let landed = 0;
  let failuresInARow = 0;
  let halt: RunEnd | null = null;
  let waitedSince: number | null = null;
  let idleSince: number | null = null;

  for (;;) {
    if (control.stop.signal.aborted) break;
    const state = await journal.state();
    const request = state.sessions.get(session.id)?.stop ?? null;
    if (request !== null) {
      halt ??= { kind: "stopped", reason: request.reason ?? "stop was asked for" };
      if (request.mode !== "after-task") {
        control.park.abort();
        control.stop.abort();
      }
    }
    if (control.drain.aborted) halt ??= { kind: "stopped", reason: "interrupted" };
    if (control.until && context.now() >= control.until) halt ??= { kind: "time-up" };

    await expire(context);
    for (const task of await unpark(context)) tried.delete(task);
    const room = session.options.maxTasks === null ? Number.POSITIVE_INFINITY : session.options.maxTasks - tried.size;
    // Without a free place nothing could be begun: the next one that comes free asks again.
    const full = pool.room.places === 0;
    const ready = halt || full ? [] : await readyTasks(context, tried);
    for (const parent of ready.filter((task) => task.children.length > 0)) await closeParent(context, parent);
    const held = halt || full ? null : await holdBack(context, ready);
    const begin = held?.reason ? [] : ready.filter((task) => held?.tasks[task.id] === undefined);
    const places = Math.min(pool.room.places, room);
    const next = pickNext(
      begin.length > 1 && places > 0 ? byLongestChain(begin, await tasks.open()) : begin,
      [...running.values()].map(({ task }) => task),
      { places, left: pool.room.left },
      needs,
    );
    for (const task of next) {
      // A question that was answered may have taken the place meanwhile; to wait here would be deaf to a stop.
      if (!pool.tryTake(needs(task))) continue;
      const claimed = await tasks.claim(
        task.id,
        claimerOf(context, session.id),
        context.settings.leaseSeconds,
        `${session.id}:${task.id}:${context.newId()}:claim`,
      );
      if (claimed === null) {
        pool.of(needs(task)).give();
        continue;
      }
      tried.add(task.id);
      const done = runWithPorts(context, claimed, { needs: needs(task), adopted: adopted.get(task.id) ?? null })
        .then(hear, (error: unknown) => fail(error))
        .finally(() => {
          pool.of(needs(task)).give();
          running.delete(task.id);
        });
      running.set(task.id, { task, done });
    }

    const waiting = await waitingAttempts(context);
    const onlyPeople = running.size > 0 && running.size === waiting.length && (next.length === 0 || halt !== null);
    if (onlyPeople) {
      waitedSince ??= performance.now();
      if (performance.now() - waitedSince >= control.waitMs || halt) control.park.abort();
    } else waitedSince = null;

    // A place that has come free meanwhile is looked at first.
    if (running.size === 0 && next.length === 0 && (halt !== null || !full)) {
      const again = halt ? [] : await readyTasks(context, tried);
      const open = again.filter((task) => task.children.length === 0 && held?.tasks[task.id] === undefined);
      const more = open.length > 0 && room > 0 && !held?.reason;
      const cards = halt === null && (Boolean(held?.reason) || (await openCards(context)).length > 0);
      idleSince = more ? null : (idleSince ?? performance.now());
      if (!more && !(cards && performance.now() - (idleSince ?? 0) < control.waitMs)) break;
    }
    await Promise.race([
      nextChange(journal, state.seq, AbortSignal.any([AbortSignal.timeout(LOOK_AGAIN), control.stop.signal])),
      ...[...running.values()].map(({ done }) => done),
    ]);
  }
  await settled(running);
  if (halt) return halt;
  if (control.stop.signal.aborted) return { kind: "stopped", reason: "interrupted" };
  const open = await cardsInTheWay(context);
  if (open.length > 0) return { kind: "waiting", decisions: open.map(({ id }) => id) };
  const unlanded = await unfinished(context);
  return { kind: "finished", landed, unlanded };

  function hear(end: AttemptEnd): void {
    switch (end.kind) {
      case "landed":
        landed += 1;
        failuresInARow = 0;
        return;
      case "failed":
        failuresInARow += 1;
        if (failuresInARow >= context.settings.maxConsecutiveFailures)
          halt ??= { kind: "failing", reason: `${failuresInARow} tasks failed in a row; the last: ${end.reason}` };
        return;
      case "provider":
        halt ??= end.fatal
          ? { kind: "refused", reason: end.reason }
          : { kind: "limited", reason: end.reason, resetAt: end.resetAt };
        return;
      case "budget":
        halt ??= { kind: "budget", reason: end.reason };
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

  function fail(error: unknown): void {
    const message = isWerkError(error)
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? error.message
        : String(error);
    halt ??= { kind: "stopped", reason: message };
    context.onDefect(error);
  }
}

/** Ready tasks of this run, without those it has tried. */
async function readyTasks(context: RunContext, tried: ReadonlySet<string>): Promise<readonly Task[]> {
  const ready = await context.tasks.ready();
  return ready.filter((task) => !tried.has(task.id) && context.wants(task));
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

const WAITING: ReadonlySet<Attempt["stage"]> = new Set(["waiting-answer", "waiting-approval"]);

const waitingAttempts = async ({ journal, session }: RunContext): Promise<readonly Attempt[]> =>
  [...(await journal.state()).attempts.values()].filter(
    (attempt) => attempt.session === session.id && WAITING.has(attempt.stage),
  );

const openCards = async ({ journal, session }: RunContext): Promise<readonly Decision[]> =>
  [...(await journal.state()).decisions.values()].filter((one) => one.state === "open" && one.session === session.id);

/** Open cards, also of sessions before, about tasks that this run is to do and that are still to be done. */
async function cardsInTheWay({ journal, tasks, wants }: RunContext): Promise<readonly Decision[]> {
  const cards = [...(await journal.state()).decisions.values()].filter(({ state }) => state === "open");
  if (cards.length === 0) return [];
  const wanted = new Set((await tasks.open()).filter(wants).map(({ id }) => id));
  return cards.filter(({ task }) => wanted.has(task));
}

/** Cards whose time is over are closed; the tasks behind them stay as they are. */
async function expire(context: RunContext): Promise<void> {
  const now = context.now();
  const late = (await openCards(context)).some(
    ({ deadline }) => deadline !== null && Date.parse(deadline) <= now.getTime(),
  );
  if (late) await expireDecisions(context.journal, now);
}

/** How many tasks are still to be done, also those that a limit kept it from. */
const unfinished = async (context: RunContext): Promise<number> =>
  (await context.tasks.open()).filter((task) => task.children.length === 0 && context.wants(task)).length;
