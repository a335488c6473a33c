/** The review of a plan at a terminal: keys in, pictures out, and what only the outside can do in between. */
import { render } from "ink";
import { replacePlan } from "../plan/editing.ts";
import type { ReviewScreen, ReviewSession } from "../plan/review-session.ts";
import { makePainter } from "./painter.ts";
import { askConflict, askLeft } from "./review/ask-save.ts";
import { drawReview, treeHeight } from "./review/draw.ts";
import { type InkKey, keyReader } from "./review/key.ts";
import { changeOf, type Line } from "./review/line.ts";
import { press } from "./review/press.ts";
import { Screen } from "./review/screen.tsx";
import { type Effect, isUnsaved, type ReviewState, say, startReview, withEditing } from "./review/state.ts";

/** Reviews on this terminal. */
export const screenOf =
  (stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): ReviewScreen =>
  (session) =>
    review(session, stdin, stdout);

async function review(session: ReviewSession, stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): Promise<void> {
  const started = startReview(session.plan, session);
  let state = session.left === null ? started : askLeft(started, session.left);
  const painter = makePainter(stdout);
  const { promise: left, resolve: leave, reject: fail } = withResolvers();

  const show = (next: ReviewState): void => {
    if (next.editing.plan !== state.editing.plan || next.saved !== state.saved)
      session.keep(isUnsaved(next) ? next.editing.plan : null);
    state = next;
    draw();
  };
  let isDue = false;
  // Keys that come faster than pictures are drawn are one picture.
  const draw = (): void => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      try {
        const changes = changed();
        if (changes.length === 0) return;
        painter.expect(changes);
        view.rerender(picture(changes.map(({ line }) => line)));
      } catch (error) {
        fail(error);
      }
    });
  };
  let shown: readonly Line[] = [];
  /** What is not on the screen yet, and where it belongs. */
  const changed = () => {
    const next = drawReview(state, painter.size());
    const changes = next.flatMap((one, row) => {
      const change = changeOf(one, shown[row]);
      return change === null ? [] : [{ ...change, row }];
    });
    shown = next;
    return changes;
  };
  const picture = (lines: readonly Line[]) => <Screen lines={lines} hasColour={session.hasColour} onInput={onInput} />;
  const read = keyReader();
  const onInput = (input: string, inkKey: InkKey): void => {
    try {
      for (const key of read(input, inkKey)) {
        const { state: next, effect } = press(state, key, { lines: treeHeight(state, painter.size()) });
        show(next);
        if (effect !== undefined) void perform(effect).catch(fail);
      }
    } catch (error) {
      fail(error);
    }
  };
  const perform = async (effect: Effect): Promise<void> => {
    switch (effect) {
      case "leave":
        return leave();
      case "forget":
        return session.keep(null);
      case "forget-and-leave":
        session.keep(null);
        return leave();
      case "interrupt":
        return session.interrupt();
      case "load":
        return show(await loaded(state, session));
      case "save":
      case "overwrite":
      case "save-and-leave": {
        const next = await saved(state, session, effect === "overwrite");
        show(next(state));
        if (effect === "save-and-leave" && !isUnsaved(state)) leave();
        return;
      }
      default:
        return effect satisfies never;
    }
  };

  painter.open();
  const unwatch = session.watch(() => show({ ...state, isChangedOnDisk: true }));
  const interrupted = (): void => leave();
  session.interrupted.addEventListener("abort", interrupted);
  const view = render(picture([]), {
    stdin,
    stdout: painter.stream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  draw();
  painter.stream.on("resize", () => {
    shown = [];
    draw();
  });
  view.waitUntilExit().then(leave, fail);
  if (session.interrupted.aborted) leave();
  try {
    await left;
  } finally {
    session.interrupted.removeEventListener("abort", interrupted);
    unwatch();
    view.unmount();
    painter.close();
  }
}

function withResolvers(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
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
