/**
 * The whole of a terminal as a stream for Ink: each thing that Ink writes is one picture, and only those of its lines that differ
 * from the picture before are written. Nothing flickers, and the screen is given back as it was.
 */
import { EventEmitter } from "node:events";
import { writeSync } from "node:fs";

export interface Painter {
  /** To be handed to Ink, with `debug: true`: then it writes whole pictures, and nothing else. */
  readonly stream: NodeJS.WriteStream;
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
  let shown: readonly string[] = [];
  let isOpen = false;
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const paint = (picture: string): void => {
    const lines = picture.split("\n").slice(0, size().rows);
    const changed = Array.from({ length: Math.max(lines.length, shown.length) }, (_, row) => {
      const text = lines[row] ?? "";
      return text === shown[row] ? "" : `\x1b[${row + 1};1H\x1b[0m\x1b[K${text}`;
    }).join("");
    shown = lines;
    if (changed !== "") stdout.write(`${changed}\x1b[0m`);
  };
  const stream = Object.assign(new EventEmitter(), {
    isTTY: false,
    writable: true,
    get columns() {
      return size().columns;
    },
    get rows() {
      return size().rows;
    },
    write(text: string): boolean {
      if (isOpen && text !== "") paint(text);
      return true;
    },
  }) as unknown as NodeJS.WriteStream;
  const resized = (): void => {
    // What a terminal makes of its lines when it gets another size is its own affair.
    shown = [];
    stdout.write("\x1b[0m\x1b[2J");
    stream.emit("resize");
  };
  // At the end of the process nothing is written any more but at once.
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    stdout.off("resize", resized);
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
    size,
    open() {
      isOpen = true;
      stdout.on("resize", resized);
      process.on("exit", close);
      process.on("uncaughtExceptionMonitor", close);
      stdout.write(TAKE);
    },
    close,
  };
}
