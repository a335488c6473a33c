import { spawn } from "node:child_process";

/** How a shell command went. */
export interface ShellResult {
  /** 128 when a signal ended it. */
  readonly code: number;
  /** stdout and stderr as they came, the last 20,000 characters. */
  readonly output: string;
}

const KEPT = 20_000;

/** Runs a shell command to its end. */
export function shell(command: string, cwd: string): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", command], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 128, output }));
  });
}

/** Starts a command that lives on when its starter ends. */
export function daemon(command: string, cwd: string): void {
  spawn("/bin/sh", ["-c", command], { cwd, stdio: "ignore", detached: true }).unref();
}
