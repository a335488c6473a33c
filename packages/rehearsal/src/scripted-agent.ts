/**
 * A coding agent that thinks nothing: `scripted-agent SCENARIO.json` does in the current directory what the scenario says for
 * its task. It is one plain program, built for `node`, and speaks to conductor over the socket in CONDUCTOR_SOCKET.
 */
import { writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { play } from "./agents/player.ts";
import { openSideChannel } from "./agents/side-channel.ts";
import { isRework, toldBy, tryFor } from "./agents/told.ts";
import { readScenario } from "./read-scenario.ts";

const { argv, env } = process;
const nudges: string[] = [];

/** Synchronous, so that nothing is lost when the process dies. */
function print(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
    }
  }
}

async function briefOf(): Promise<string> {
  if (env.CONDUCTOR_BRIEF === undefined) return process.stdin.isTTY ? "" : text(process.stdin);
  process.stdin.resume();
  process.stdin.on("error", () => undefined);
  return readFile(env.CONDUCTOR_BRIEF, "utf8");
}

async function main(): Promise<number> {
  const path = argv[2];
  if (path === undefined) throw new Error("which scenario? scripted-agent SCENARIO.json");
  const scenario = readScenario(JSON.parse(await readFile(path, "utf8")));
  const brief = await briefOf();
  const channel = env.CONDUCTOR_SOCKET
    ? await openSideChannel(env.CONDUCTOR_SOCKET, (nudge) => {
        nudges.push(nudge);
        print(`[nudge] ${nudge}`);
      })
    : null;
  const told = toldBy(await channel?.ask({ op: "task_get" }).catch(() => null), env, brief);
  const one = tryFor(scenario, told);
  if (one === null) {
    process.stderr.write(`${scenario.name} has nothing for ${told.title ?? told.id ?? "this task"}\n`);
    return 3;
  }
  return play(one, {
    told,
    rework: isRework(brief, scenario.reworkPattern),
    cwd: process.cwd(),
    scenarioDir: dirname(resolve(path)),
    pace: scenario.pace ?? 1,
    channel,
    nudges: () => nudges.length,
    print,
    die: (signal) => process.kill(process.pid, signal),
    goDeaf: () => process.on("SIGTERM", () => undefined),
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`scripted agent: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
