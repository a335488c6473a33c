/** A program on the whole of a terminal: keys in, pictures out, and the terminal as it was once it ends, however it does. */
import { render } from "ink";
import type { Size } from "./frame.ts";
import { type InkKey, type Key, keyReader } from "./key.ts";
import { changeOf, type Line } from "./line.ts";
import { makePainter } from "./painter.ts";
import { Screen } from "./screen.tsx";

/** Pictures that nobody asked for come no faster than 30 a second. */
const FRAME_MS = 34;

export interface FullScreenWish {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly hasColour: boolean;
  /** Aborted when the program is told to end: the screen is left. */
  readonly interrupted: AbortSignal;
  /** As many lines as there are rows. */
  readonly draw: (size: Size) => readonly Line[];
  readonly press: (key: Key, size: Size) => void;
}

export interface FullScreen {
  /** Draws what has changed because of a key; keys that come faster than pictures are drawn are one picture. */
  readonly redraw: () => void;
  /** Draws what has changed by itself, at most 30 times a second. */
  readonly redrawSoon: () => void;
  readonly leave: () => void;
  readonly fail: (error: unknown) => void;
  /** Resolves when it was left, and the terminal is as it was; rejects with what it failed of. */
  readonly over: Promise<void>;
}

/** Takes the terminal. */
export function openFullScreen(wish: FullScreenWish): FullScreen {
  const { stdin, stdout, hasColour, interrupted } = wish;
  const painter = makePainter(stdout);
  const { promise: left, resolve: leave, reject: fail } = withResolvers();
  let shown: readonly Line[] = [];
  let isDue = false;
  let drawnAt = 0;
  let later: NodeJS.Timeout | null = null;

  /** What is not on the screen yet, and where it belongs. */
  const changed = () => {
    const next = wish.draw(painter.size());
    const changes = next.flatMap((one, row) => {
      const change = changeOf(one, shown[row]);
      return change === null ? [] : [{ ...change, row }];
    });
    shown = next;
    return changes;
  };
  const redraw = (): void => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      drawnAt = performance.now();
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
  const redrawSoon = (): void => {
    if (isDue || later !== null) return;
    later = setTimeout(
      () => {
        later = null;
        redraw();
      },
      Math.max(0, drawnAt + FRAME_MS - performance.now()),
    );
  };
  const read = keyReader();
  const onInput = (input: string, inkKey: InkKey): void => {
    try {
      for (const key of read(input, inkKey)) wish.press(key, painter.size());
      redraw();
    } catch (error) {
      fail(error);
    }
  };
  const picture = (lines: readonly Line[]) => <Screen lines={lines} hasColour={hasColour} onInput={onInput} />;

  painter.open();
  interrupted.addEventListener("abort", leave);
  const view = render(picture([]), {
    stdin,
    stdout: painter.stream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  redraw();
  painter.stream.on("resize", () => {
    shown = [];
    redraw();
  });
  view.waitUntilExit().then(leave, fail);
  if (interrupted.aborted) leave();
  const over = left.finally(() => {
    interrupted.removeEventListener("abort", leave);
    if (later !== null) clearTimeout(later);
    view.unmount();
    painter.close();
  });
  return { redraw, redrawSoon, leave, fail, over };
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
