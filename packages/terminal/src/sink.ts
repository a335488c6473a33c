import { writeSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";

/** Somewhere text goes. */
export interface Sink {
  readonly write: (text: string) => void;
  /** False once nobody reads it any more, as far as that is known. Default: somebody does. */
  readonly isOpen?: () => boolean;
}

/**
 * Writes to a file descriptor at once and whole, without a stream: nothing is lost when the process ends right after.
 * A reader that has gone (EPIPE) is no error; what comes after is dropped. Throws INTERNAL when it cannot be written.
 */
export function fdSink(fd: number): Sink {
  const state = { open: true };
  return {
    isOpen: () => state.open,
    write(text) {
      const bytes = Buffer.from(text);
      let done = 0;
      while (state.open && done < bytes.length) {
        try {
          done += writeSync(fd, bytes, done);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === "EAGAIN") pause(2);
          else if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "EIO") state.open = false;
          else throw unwritable(fd, error as Error);
        }
      }
    },
  };
}

const unwritable = (fd: number, cause: Error): WerkError =>
  new WerkError("INTERNAL", `${fd === 2 ? "stderr" : "stdout"} cannot be written: ${cause.message}`, {
    hint: "Look what was done already before you run it again.",
    cause,
  });

/** A pipe shared with a program that made it non-blocking may be full for a moment. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
