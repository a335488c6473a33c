import { spawn } from "node:child_process";
import type { App } from "../app.ts";

export interface Person {
  start(): void;
  stop(): void;
}

const LOOK_EVERY = 400;
/** So that whoever watches can see that it waits. */
const THINKS_MS = 1_500;

/** Plays the person: answers and approves from a second process, as somebody at another terminal would. */
export function playPerson(app: App): Person {
  const done = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    const { decisions } = await (await app.journal()).state();
    for (const { id, kind, state, recommended } of decisions.values()) {
      if (state !== "open" || done.has(id)) continue;
      done.add(id);
      setTimeout(
        () => say(kind === "question" ? ["answer", id, recommended ?? "1"] : ["approve", id]),
        THINKS_MS,
      ).unref();
    }
  };
  const say = (words: readonly string[]): void => {
    const [node = "node", ...program] = app.world.program;
    spawn(node, [...program, ...words, "-C", app.cwd, "--actor", "script", "-q"], {
      stdio: "ignore",
      env: { ...app.world.env } as NodeJS.ProcessEnv,
    }).once("error", () => undefined);
  };
  return {
    start() {
      timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY);
    },
    stop() {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
