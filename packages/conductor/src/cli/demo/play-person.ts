import { spawn } from "node:child_process";
import type { Decision } from "../../model/decision.ts";
import type { App } from "../app.ts";

export interface Person {
  start(): void;
  stop(): void;
  /** True while there is a card that this person will still speak to, or has just spoken to. */
  owes(): Promise<boolean>;
}

/** What a person types about a card, without `conductor`; null = nothing. */
export type Replies = (decision: Decision) => readonly string[] | null;

const LOOK_EVERY = 400;
/** So that whoever watches can see that it waits. */
const THINKS_MS = 1_500;
/** How long what was said may take to arrive. */
const HEARD_MS = 30_000;

/** Answers what is recommended, and says yes. */
export const agreeable: Replies = ({ id, kind, recommended }) =>
  kind === "question" ? ["answer", id, recommended ?? "1"] : ["approve", id];

/** Plays the person: answers and approves from a second process, as somebody at another terminal would. */
export function playPerson(app: App, replies: Replies = agreeable, thinksMs = THINKS_MS): Person {
  const said = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  const open = async (): Promise<readonly Decision[]> => {
    const { decisions } = await (await app.journal()).state();
    return [...decisions.values()].filter(({ state }) => state === "open");
  };
  const look = async (): Promise<void> => {
    for (const decision of await open()) {
      const words = said.has(decision.id) ? null : replies(decision);
      if (words === null) continue;
      said.set(decision.id, performance.now());
      setTimeout(() => say(words), thinksMs).unref();
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
      timer ??= setInterval(() => void look().catch(() => undefined), LOOK_EVERY);
    },
    stop() {
      if (timer) clearInterval(timer);
      timer = null;
    },
    owes: async () =>
      (await open()).some(
        (decision) =>
          replies(decision) !== null &&
          performance.now() - (said.get(decision.id) ?? performance.now()) < thinksMs + HEARD_MS,
      ),
  };
}
