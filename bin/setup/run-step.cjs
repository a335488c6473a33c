"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs one command of the set-up to its end. The lock stays taken as long as the command lives, even if this process is
 * killed. A signal goes on to the command; when that has ended, `Interrupted` is thrown.
 * @param {{ command: string, args: string[], cwd: string, env: object, log?: string, lock: { adopt(pid: number | null): void } }} step
 *   log: the file that gets its output, instead of stderr
 * @returns {Promise<number>} the exit code
 */
async function runStep({ command, args, cwd, env, log, lock }) {
  const output = log === undefined ? 2 : fs.openSync(log, "a");
  let signalled;
  let child;
  const pass = (signal) => {
    signalled ??= signal;
    child.kill(signal);
  };
  try {
    child = spawn(command, args, { cwd, env, stdio: ["ignore", output, output], shell: process.platform === "win32" });
    for (const signal of SIGNALS) process.on(signal, pass);
    if (child.pid !== undefined) lock.adopt(child.pid);
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (exit, signal) => resolve(exit ?? 128 + os.constants.signals[signal]));
    });
    if (signalled !== undefined) throw new Interrupted(signalled);
    return code;
  } finally {
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
