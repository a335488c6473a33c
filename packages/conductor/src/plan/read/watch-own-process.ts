import { Worker } from "node:worker_threads";

/** What a parser's process may hold, unpacked data included. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Ends this process when it holds too much. What is unpacked lies outside of the heap, where `--max-old-space-size` does not
 * count, and while it is unpacked nothing else runs in the main thread: so a thread of its own looks. Ready when it looks.
 */
export function watchMemory(): Promise<void> {
  const program = `
    const { writeSync } = require("node:fs");
    require("node:worker_threads").parentPort.postMessage("ready");
    setInterval(() => {
      if (process.memoryUsage.rss() < ${MOST_BYTES}) return;
      writeSync(2, "heap out of memory");
      process.kill(process.pid, "SIGKILL");
    }, 20);`;
  const worker = new Worker(program, { eval: true });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
}
