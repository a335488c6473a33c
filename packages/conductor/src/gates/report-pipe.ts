/** A named pipe for a runner's report: what was written can be neither read back nor taken back, and nothing stale can lie there. */
import { constants, openSync, readSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { execa } from "execa";

export interface ReportPipe {
  readonly path: string;
  /** All that was written so far, once the writers have ended; null when nothing was. `overflow`: more came than was kept. */
  end(): Promise<{ readonly text: string; readonly overflow: boolean } | null>;
}

/** Makes the pipe at `path` (its directory exists and is ours) and reads it from now on, keeping `limitBytes`. */
export async function openReportPipe(path: string, limitBytes: number): Promise<ReportPipe> {
  await execa("mkfifo", ["-m", "600", path], { stdin: "ignore" });
  // Opened for writing too: then it waits for no writer, and one that comes and goes does not end it.
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const chunks: Buffer[] = [];
  let kept = 0;
  let overflow = false;
  const keep = (chunk: Buffer): void => {
    const room = limitBytes - kept;
    if (chunk.length > room) overflow = true;
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    kept += Math.min(room, chunk.length);
  };
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.on("data", keep);
  socket.on("error", () => {
    overflow = true;
  });
  return {
    path,
    async end() {
      socket.pause();
      drain(fd, keep);
      const closed = new Promise((done) => socket.once("close", done));
      socket.destroy();
      await closed;
      await rm(path, { force: true });
      return kept === 0 ? null : { text: Buffer.concat(chunks).toString("utf8"), overflow };
    },
  };
}

/** Reads what the pipe still holds, at most its capacity a few times over, without waiting. */
function drain(fd: number, keep: (chunk: Buffer) => void): void {
  const buffer = Buffer.alloc(65_536);
  try {
    for (let round = 0; round < 64; round += 1) {
      const count = readSync(fd, buffer);
      if (count === 0) return;
      keep(Buffer.from(buffer.subarray(0, count)));
    }
  } catch {
    // EAGAIN: it is empty.
  }
}
