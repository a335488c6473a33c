/** For tests: commands as plain child processes in a group of their own, with the built environment and limits but no boundary. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Command, CommandEnd, CommandResult, Confinement, Running } from "../model/command.ts";

/** A confinement of level none. `home` and `tmp` become HOME and TMPDIR; the machine's PATH is handed in. */
export function plainConfinement(machine: {
  readonly path: string;
  readonly home: string;
  readonly tmp: string;
}): Confinement {
  const start = async (command: Command): Promise<Running> => {
    const began = performance.now();
    const child = spawn(command.argv[0]!, command.argv.slice(1), {
      cwd: command.cwd,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        PATH: machine.path,
        HOME: machine.home,
        TMPDIR: machine.tmp,
        LANG: "C.UTF-8",
        ...command.env,
        CONDUCTOR_ATTEMPT: command.marker,
      },
    });
    let end: CommandEnd | null = null;
    const out = { stdout: "", stderr: "" };
    let kept = 0;
    let truncated = false;
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        command.onOutput?.(stream, chunk);
        const room = Math.max(0, command.outputLimitBytes - kept);
        if (chunk.length > room) truncated = true;
        out[stream] += chunk.slice(0, room);
        kept += chunk.length;
      });
    }
    child.stdin.on("error", () => {});
    child.stdin.end(command.stdin ?? "");
    const killGroup = (signal: NodeJS.Signals): void => {
      try {
        process.kill(-child.pid!, signal);
      } catch {
        // It is gone.
      }
    };
    const stop = (why: CommandEnd): void => {
      end ??= why;
      killGroup("SIGTERM");
      setTimeout(() => killGroup("SIGKILL"), 500).unref();
    };
    const timer = setTimeout(() => stop({ kind: "timed-out" }), command.timeoutMs);
    const cancel = (): void => stop({ kind: "cancelled" });
    command.signal?.addEventListener("abort", cancel);
    if (command.signal?.aborted === true) cancel();
    const result = new Promise<CommandResult>((resolve) => {
      let exited: CommandEnd | null = null;
      child.on("error", (error) => {
        end ??= { kind: "spawn-failed", reason: error.message };
        exited ??= end;
        if (child.pid === undefined) finish();
      });
      child.on("exit", (code, signal) => {
        exited = code === null ? { kind: "signalled", signal: signal ?? "" } : { kind: "exited", code };
        killGroup("SIGKILL");
      });
      child.on("close", () => finish());
      function finish(): void {
        clearTimeout(timer);
        command.signal?.removeEventListener("abort", cancel);
        resolve({ end: end ?? exited!, ...out, truncated, durationMs: performance.now() - began });
      }
    });
    return { pid: child.pid ?? 0, startTime: startTimeOf(child.pid), result };
  };
  return { level: "none", start, run: async (command) => (await start(command)).result };
}

function startTimeOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[19]!;
  } catch {
    return "";
  }
}
