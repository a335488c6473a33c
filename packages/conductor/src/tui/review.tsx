/** The review of a plan at a terminal: keys in, pictures out, and what only the outside can do in between. */
import { replacePlan } from "../plan/editing.ts";
import type { ReviewScreen, ReviewSession } from "../plan/review-session.ts";
import { openFullScreen } from "./full-screen.tsx";
import { askConflict, askLeft } from "./review/ask-save.ts";
import { drawReview, treeHeight } from "./review/draw.ts";
import { press } from "./review/press.ts";
import { type Effect, isUnsaved, type ReviewState, say, startReview, withEditing } from "./review/state.ts";

/** Reviews on this terminal. */
export const screenOf =
  (stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): ReviewScreen =>
  (session) =>
    review(session, stdin, stdout);

async function review(session: ReviewSession, stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): Promise<void> {
  const started = startReview(session.plan, session);
  let state = session.left === null ? started : askLeft(started, session.left);

  const show = (next: ReviewState): void => {
    if (next.editing.plan !== state.editing.plan || next.saved !== state.saved)
      session.keep(isUnsaved(next) ? next.editing.plan : null);
    state = next;
    screen.redraw();
  };
  const perform = async (effect: Effect): Promise<void> => {
    switch (effect) {
      case "leave":
        return screen.leave();
      case "forget":
        return session.keep(null);
      case "forget-and-leave":
        session.keep(null);
        return screen.leave();
      case "interrupt":
        return session.interrupt();
      case "load":
        return show(await loaded(state, session));
      case "save":
      case "overwrite":
      case "save-and-leave": {
        const next = await saved(state, session, effect === "overwrite");
        show(next(state));
        if (effect === "save-and-leave" && !isUnsaved(state)) screen.leave();
        return;
      }
      default:
        return effect satisfies never;
    }
  };
  const screen = openFullScreen({
    stdin,
    stdout,
    hasColour: session.hasColour,
    interrupted: session.interrupted,
    draw: (size) => drawReview(state, size),
    press(key, size) {
      const { state: next, effect } = press(state, key, { lines: treeHeight(state, size) });
      show(next);
      if (effect !== undefined) void perform(effect).catch(screen.fail);
    },
  });
  const unwatch = session.watch(() => show({ ...state, isChangedOnDisk: true }));
  try {
    await screen.over;
  } finally {
    unwatch();
  }
}

/** Saves, and answers what that makes of the state, which may be another one by then. */
async function saved(
  { editing: { plan } }: ReviewState,
  session: ReviewSession,
  force: boolean,
): Promise<(state: ReviewState) => ReviewState> {
  const done = await session.save(plan, force);
  switch (done.outcome) {
    case "saved":
      return (state) =>
        say({ ...state, saved: plan, status: done.status, isChangedOnDisk: false }, `saved in ${state.file}`, "good");
    case "changed":
      return askConflict;
    case "failed":
      return (state) => say(state, `not saved: ${done.reason}`, "bad");
    default:
      return done satisfies never;
  }
}

async function loaded(state: ReviewState, session: ReviewSession): Promise<ReviewState> {
  const found = await session.load();
  if (found.outcome === "failed") return say(state, `not loaded: ${found.reason}`, "bad");
  const next = withEditing(state, replacePlan(state.editing, found.plan));
  return say(
    { ...next, saved: found.plan, status: found.plan.status, isChangedOnDisk: false },
    "this is what the file holds now  (u brings back what you had)",
    "good",
  );
}
