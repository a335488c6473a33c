"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** How long the command has to end by itself once it was asked to; a compiler it has started would take minutes. */
const GRACE_MS = 500;
const GROUPS = process.platform !== "win32";

/**
 * Runs one command of the set-up to its end. The lock stays taken as long as the command lives, even if this process is
 * killed. A signal goes on to the command and all it has started; what is left of them soon after is killed, and
 * `Interrupted` is thrown. What that leaves half done the next set-up does over.
 * @param {{ command: string, args: string[], cwd: string, env: object, log?: string, lock: { adopt(pid: number | null): void } }} step
 *   log: the file that gets its output, instead of stderr
 * @returns {Promise<number>} the exit code
 */
async function runStep({ command, args, cwd, env, log, lock }) {
  const output = log === undefined ? 2 : fs.openSync(log, "a");
  let signalled;
  let child;
  let killing;
  const end = (signal) => {
    try {
      if (GROUPS) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // All of it has ended.
    }
  };
  const pass = (signal) => {
    signalled ??= signal;
    end(signal);
    killing ??= setTimeout(() => end("SIGKILL"), GRACE_MS);
  };
  try {
    // In a group of its own: it can be ended with all it has started.
    child = spawn(command, args, { cwd, env, stdio: ["ignore", output, output], detached: GROUPS, shell: !GROUPS });
    for (const signal of SIGNALS) process.on(signal, pass);
    if (child.pid !== undefined) lock.adopt(child.pid);
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (exit, signal) => resolve(exit ?? 128 + os.constants.signals[signal]));
    });
    if (signalled !== undefined) {
      end("SIGKILL");
      throw new Interrupted(signalled);
    }
    return code;
  } finally {
    clearTimeout(killing);
    for (const signal of SIGNALS) process.off(signal, pass);
    lock.adopt(null);
    if (log !== undefined) fs.closeSync(output);
  }
}

/** The person pressed Ctrl-C, or the process was asked to end. */
class Interrupted extends Error {
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

module.exports = { runStep, Interrupted };
