/** A change that stands still after each call with which it changes files: what is there is what `kill -9` would leave. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { makeRig, programPath } from "../rig.ts";
import { contentOf, type Stage } from "./at-each-call.ts";
import { type Call, callsOn, traceeOf, WRITING } from "./traced.ts";
import type { Tell } from "./trials.ts";

/**
 * Lets the change happen once, and opens a copy of its files after every `of`th call from `share` on. A process that gets
 * SIGKILL at its next call leaves its files as they are then: this is every kill for the price of one start.
 */
export async function lookAfterEach(stage: Stage, tell: Tell, share: number, of: number): Promise<void> {
  const { rig, change, before, after } = stage;
  await stage.reset();
  const onlooker = await makeRig();
  const strace = spawn(
    "strace",
    ["-qq", "-y", `--trace=${WRITING.join(",")}`, `--inject=${WRITING.join(",")}:signal=STOP`, "--signal=STOP"].concat(
      process.execPath,
      programPath("taskwerk"),
      change.words,
      "--json",
    ),
    { cwd: rig.dir, env: rig.env, stdio: "pipe" },
  );
  const end = once(strace, "close");
  const at = { calls: [] as string[], seen: 0, told: false };

  /** What is wrong about the files as they are now. */
  const problem = async (): Promise<string | null> => {
    await rm(onlooker.dir, { recursive: true });
    await cp(rig.dir, onlooker.dir, { recursive: true, preserveTimestamps: true });
    try {
      const there = await contentOf(onlooker);
      if (there !== after && at.told) return `it was acknowledged and is lost: ${there?.slice(0, 200)}`;
      return there === after || there === before ? null : `it is half done: ${there?.slice(0, 200)}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const stopped = async (): Promise<void> => {
    const call: Call | undefined = callsOn(rig.dir, at.calls).at(-1);
    if (call === undefined || call.line !== at.calls.at(-1)) return;
    if (at.seen % of === share) tell(call, await problem());
    at.seen += 1;
  };

  try {
    strace.stdout.resume();
    strace.stdin.on("error", () => undefined).end(change.stdin ?? "");
    for await (const line of createInterface({ input: strace.stderr })) {
      if (line.startsWith("--- stopped by SIGSTOP")) {
        await stopped();
        process.kill(traceeOf(strace)!, "SIGCONT");
      } else if (/^\w+\(/.test(line)) {
        at.calls.push(line);
        if (line.startsWith("write(1<")) at.told = true;
      }
    }
    const [code] = await end;
    if (code !== 0 || at.seen !== stage.calls.length) {
      throw new Error(`it made ${at.seen} calls of ${stage.calls.length}, and ended with ${code}`);
    }
  } finally {
    strace.kill("SIGKILL");
    await onlooker.remove();
  }
}
