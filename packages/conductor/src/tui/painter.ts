/**
 * The whole of a terminal as a stream for Ink. Ink draws only the lines that changed, and each of them is put in its place;
 * nothing else is written, so nothing flickers, and what a key costs does not grow with the screen. The screen is given back
 * as it was.
 */
import { EventEmitter } from "node:events";
import { writeSync } from "node:fs";

/** A cell of the screen; both are counted from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Painter {
  /** To be handed to Ink, with `debug: true`: then it writes whole pictures, and nothing else. */
  readonly stream: NodeJS.WriteStream;
  /** Where the lines of the next picture begin. What Ink writes unasked goes nowhere. */
  readonly expect: (places: readonly Place[]) => void;
  /** Takes the screen. */
  readonly open: () => void;
  /** Gives it back; more than once does nothing more. */
  readonly close: () => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** The other screen, without cursor and without lines that run over; what is pasted is told from what is typed. */
const TAKE = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
const GIVE_BACK = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";

export function makePainter(stdout: NodeJS.WriteStream): Painter {
  let expected: readonly Place[] | null = null;
  let isOpen = false;
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const paint = (picture: string): void => {
    const lines = picture.split("\n");
    const written = (expected ?? []).map(
      ({ row, column }, index) => `\x1b[${row + 1};${column + 1}H\x1b[0m\x1b[K${lines[index] ?? ""}`,
    );
    expected = null;
    if (written.length > 0) stdout.write(`${written.join("")}\x1b[0m`);
  };
  const stream = Object.defineProperties(new EventEmitter(), {
    isTTY: { value: false },
    writable: { value: true },
    // As large as the terminal is at that moment.
    columns: { get: () => size().columns },
    rows: { get: () => size().rows },
    write: {
      value(text: string): boolean {
        if (isOpen && expected !== null) paint(text);
        return true;
      },
    },
  }) as unknown as NodeJS.WriteStream;
  // By the signal, not by the stream's event, which does not come where the size is back to what it was before anybody looked.
  const resized = (): void => {
    // What a terminal makes of its lines when it gets another size is its own affair.
    stdout.write("\x1b[0m\x1b[2J");
    stream.emit("resize");
  };
  // At the end of the process nothing is written any more but at once.
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off("SIGWINCH", resized);
    process.off("exit", close);
    process.off("uncaughtExceptionMonitor", close);
    try {
      writeSync(1, GIVE_BACK);
    } catch {
      // The terminal is gone.
    }
  };
  return {
    stream,
    expect: (places) => {
      expected = places;
    },
    size,
    open() {
      isOpen = true;
      process.on("SIGWINCH", resized);
      process.on("exit", close);
      process.on("uncaughtExceptionMonitor", close);
      stdout.write(TAKE);
    },
    close,
  };
}
