/** A run as the screen over it is given it: looked at as often as something happens, and no oftener than a look is worth. */
import type { Task } from "@taskwerk/contract/task";
import { wantsOf } from "../../model/wants-of.ts";
import type { Forecast } from "../../report/forecast.ts";
import { forecastNow } from "../../report/forecast-now.ts";
import { buildLook, type Look } from "../../report/look.ts";
import type { MonitorSession } from "../../report/monitor-session.ts";
import type { App } from "../app.ts";
import { planOf, tasksOf } from "../facts.ts";
import { factsFrom, spokenOf } from "../facts-from.ts";
import { actsOf } from "./acts.ts";
import { diffOf } from "./diff-of.ts";
import { followJournal } from "./follow-journal.ts";
import { followLog } from "./follow-log.ts";

/** How often it is looked whether the journal has something new. */
const JOURNAL_EVERY = 100;
/** Times on the screen move on also when nothing happens; who drives is asked as often. */
const LOOK_EVERY = 1_000;
/** taskwerk is asked no oftener than that while something happens, and so often when nothing does. */
const TASKS_EVERY = { busy: 2_000, idle: 5_000 };
/** Looking and asking take at most this part of the time, so that keys come through. */
const PART = 1 / 5;

export interface MonitorWish {
  /** The session; null = the one that is last at work, also when that is another one later. */
  readonly session: string | null;
  readonly drives: boolean;
  /** What the program has to say while the screen is there comes here. */
  readonly onNote?: (hear: (text: string) => void) => () => void;
}

/** Reads all there is so far. Throws SESSION_NOT_FOUND, and what reading the journal throws. */
export async function monitorSession(app: App, { session, drives, onNote }: MonitorWish): Promise<MonitorSession> {
  const journal = await app.journal();
  const follower = followJournal(journal);
  const forever = new AbortController();
  await follower.catchUp(forever.signal);
  let tasks: readonly Task[] | null = await tasksOf(app);
  const plan = await planOf(app, tasks ?? []);

  let forecast: Forecast | null = null;
  /** It rests on all tasks, and changes as slowly as they do. */
  const foresee = (): void => {
    const state = follower.state();
    const about = spokenOf(state, session ?? undefined);
    forecast =
      about === undefined || tasks === null
        ? null
        : forecastNow(state, about, tasks, wantsOf(about.options.tasks), app.world.now());
  };
  foresee();

  const look = async (): Promise<Look> => {
    const state = follower.state();
    const driver = await journal.currentDriver();
    const now = app.world.now();
    const found = {
      tasks,
      git: null,
      plan,
      driven: driver !== null && (session === null || driver.session === session),
    };
    const spoken = spokenOf(state, session ?? undefined);
    return buildLook(state, factsFrom(state, spoken, found, now), { session, forecast });
  };

  const watch: MonitorSession["watch"] = (onLook, onSaid) => {
    const ending = new AbortController();
    const unheard = onNote?.(onSaid);
    const { signal } = ending;
    const failed = (error: unknown): void => {
      if (!signal.aborted)
        onSaid(`nothing new is shown any more: ${error instanceof Error ? error.message : String(error)}`);
    };
    void (async () => {
      const asked = { at: performance.now(), took: 0, seq: follower.state().seq, isAsking: false };
      let looked = { at: performance.now(), took: 0 };
      let isDue = false;
      // One that answers late holds up nothing.
      const ask = async (): Promise<void> => {
        const began = performance.now();
        Object.assign(asked, { isAsking: true, seq: follower.state().seq });
        const found = await tasksOf(app);
        // While taskwerk cannot be asked, what it said last holds.
        tasks = found ?? tasks;
        foresee();
        isDue = true;
        Object.assign(asked, { isAsking: false, at: performance.now(), took: performance.now() - began });
      };
      while (!signal.aborted) {
        isDue = (await follower.catchUp(signal)) || isDue;
        const wait = follower.state().seq === asked.seq ? TASKS_EVERY.idle : TASKS_EVERY.busy;
        if (!asked.isAsking && performance.now() - asked.at > Math.max(wait, asked.took / PART)) ask().catch(failed);
        const since = performance.now() - looked.at;
        if (since > LOOK_EVERY || (isDue && since > Math.max(JOURNAL_EVERY, looked.took / PART))) {
          const began = performance.now();
          const next = await look();
          looked = { at: performance.now(), took: performance.now() - began };
          isDue = false;
          if (!signal.aborted) onLook(next);
        }
        await new Promise((resolve) => setTimeout(resolve, JOURNAL_EVERY));
      }
    })().catch(failed);
    return () => {
      unheard?.();
      ending.abort();
    };
  };

  return {
    first: await look(),
    hasColour: app.globals.color !== false && !app.world.env.NO_COLOR,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    drives,
    watch,
    follow: (task, onLog) => followLog(app, follower, task, onLog),
    diff: (about) => diffOf(app, follower.state(), about),
    acts: actsOf(app, drives),
    interrupted: app.world.interrupted,
    interrupt: () => process.kill(app.world.pid, "SIGINT"),
  };
}
