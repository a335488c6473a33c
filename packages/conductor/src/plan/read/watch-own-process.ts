import { Worker } from "node:worker_threads";

/** What a parser's process may hold, unpacked data included. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The open end of a pipe that a parser's process gets from the one that starts it; it closes when that one is gone. */
export const LIFELINE_FD = 3;

/**
 * Ends this process when the one that started it is gone, when its time is over, or when it holds too much. While a document
 * is parsed nothing else runs in the main thread, and what is unpacked lies outside of the heap, where `--max-old-space-size`
 * does not count: so a thread of its own looks. Ready when it looks.
 */
export function watchOwnProcess(deadlineMs: number): Promise<void> {
  const program = `
    const { writeSync } = require("node:fs");
    const end = () => process.kill(process.pid, "SIGKILL");
    new (require("node:net").Socket)({ fd: ${LIFELINE_FD} }).on("close", end).on("error", end).resume();
    setTimeout(end, ${deadlineMs});
    setInterval(() => {
      if (process.memoryUsage.rss() < ${MOST_BYTES}) return;
      writeSync(2, "heap out of memory");
      end();
    }, 20);
    require("node:worker_threads").parentPort.postMessage("ready");`;
  const worker = new Worker(program, { eval: true });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
}
