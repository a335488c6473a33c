/** The screen over a run at a terminal: what happens in it, what a person says to it, and pictures of both. */
import type { Done, Log, MonitorScreen, MonitorSession } from "../report/monitor-session.ts";
import { openFullScreen } from "./full-screen.tsx";
import { drawMonitor } from "./monitor/draw.ts";
import { press } from "./monitor/press.ts";
import {
  type Effect,
  isOver,
  type MonitorState,
  say,
  startMonitor,
  withDiff,
  withLog,
  withLook,
} from "./monitor/state.ts";
import { refused, unsent } from "./monitor/written.ts";

/** Shows runs on this terminal. */
export const monitorOf =
  (stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): MonitorScreen =>
  (session) =>
    monitor(session, stdin, stdout);

async function monitor(
  session: MonitorSession,
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
): Promise<readonly string[]> {
  let state = startMonitor(session);
  let log: { readonly task: string; readonly stop: () => void } | null = null;
  let reading: string | null = null;

  /** Takes what is new, and sees to it that what is on the screen now is read. */
  const show = (next: MonitorState, draw: () => void): void => {
    state = next;
    followLog();
    readDiff();
    draw();
    if (state.isLeaving && isOver(state)) screen.leave();
  };
  const followLog = (): void => {
    const wanted = state.screen === "log" || state.screen === "tasks" ? state.task : null;
    if (log?.task === wanted || (log === null && wanted === null)) return;
    log?.stop();
    log = wanted === null ? null : { task: wanted, stop: session.follow(wanted, (rows) => heard(wanted, rows)) };
  };
  const heard = (task: string, rows: Log): void => {
    state = withLog(state, task, rows);
    screen.redrawSoon();
  };
  const readDiff = (): void => {
    const { about, diff } = state;
    if (state.screen !== "diff" || about === null) return;
    // Where there was nothing yet there may be something by now.
    if (about === reading && !(diff?.about === about && diff.shown.kind === "none" && diff.seq < state.look.state.seq))
      return;
    reading = about;
    void session.diff(about).then((shown) => {
      if (reading === about) show(withDiff(state, about, shown), screen.redrawSoon);
    });
  };
  const acted = async (effect: Effect, doing: Promise<Done>): Promise<void> => {
    const { ok, text } = await doing;
    show(ok ? say(state, text, "good") : refused(state, effect, text), screen.redraw);
  };
  const perform = (effect: Effect): void | Promise<void> => {
    const { acts } = session;
    switch (effect.kind) {
      case "leave":
        return screen.leave();
      case "interrupt":
        return session.interrupt();
      case "answer":
        return acted(effect, acts.answer(effect.card, effect.text));
      case "approve":
        return acted(effect, acts.approve(effect.card));
      case "reject":
        return acted(effect, acts.reject(effect.card, effect.note));
      case "stop":
        return acted(effect, acts.stop(effect.mode));
      case "hint":
        return acted(effect, acts.hint(effect.task, effect.text));
      case "pause":
        return acted(effect, acts.pause(effect.task));
      case "continue":
        return acted(effect, acts.continue(effect.task));
      default:
        return effect satisfies never;
    }
  };

  const screen = openFullScreen({
    stdin,
    stdout,
    hasColour: session.hasColour,
    interrupted: session.interrupted,
    draw: (size) => drawMonitor(state, size),
    press(key, size) {
      const before = state.screen;
      const { state: next, effect } = press(state, key, size);
      // What was done meanwhile is read anew with every visit.
      if (next.screen === "diff" && (before !== "diff" || next.about !== state.about)) reading = null;
      show(next, screen.redraw);
      if (effect !== undefined) void Promise.resolve(perform(effect)).catch(screen.fail);
    },
  });
  const unwatch = session.watch(
    (look) => show(withLook(state, look), screen.redrawSoon),
    (text) => show(say(state, text, "yours"), screen.redrawSoon),
  );
  try {
    await screen.over;
    return unsent(state);
  } finally {
    unwatch();
    (log as { readonly stop: () => void } | null)?.stop();
  }
}
