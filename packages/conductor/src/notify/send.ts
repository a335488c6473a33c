/** One message by one way. Every way has ten seconds, and what goes wrong is an answer, never an error. */
import { timeLimit } from "@taskwerk/contract/time-limit";
import type { Message, Told, Way } from "../model/notice.ts";
import { placeOf } from "./place-of.ts";
import { post } from "./post.ts";
import { runProgram } from "./run-program.ts";

export interface Surroundings {
  /** The user's own environment; programs are given a fixed part of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends all ways at once. */
  readonly signal: AbortSignal;
  /** Default: 10 seconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT = 10_000;

export async function send(
  way: Way,
  message: Message,
  { env, signal, timeoutMs = TIMEOUT }: Surroundings,
): Promise<Told> {
  const over = timeLimit(timeoutMs, signal);
  const problem = await problemWith(way, message, env, over).catch((error: unknown) =>
    over.aborted ? null : error instanceof Error ? error.message : String(error),
  );
  const late = over.aborted ? `no answer within ${timeoutMs / 1000} seconds` : null;
  return { kind: way.kind, to: placeOf(way), problem: signal.aborted ? "it was given up" : (late ?? problem) };
}

/** Why it did not arrive; null = it did. */
function problemWith(
  way: Way,
  message: Message,
  env: Surroundings["env"],
  signal: AbortSignal,
): Promise<string | null> {
  switch (way.kind) {
    case "post":
      return post(way.url, message, signal);
    case "command":
      return runProgram(way.argv, { ...some(env, PLAIN), CONDUCTOR_TITLE: message.title }, message.text, signal);
    case "desktop": {
      const words = ["notify-send", "--app-name=conductor", "--", message.title, withoutMarkup(message.text)];
      return runProgram(words, some(env, [...PLAIN, ...DESKTOP]), "", signal);
    }
    default: {
      const unknown: never = way;
      throw new Error(`unknown way ${JSON.stringify(unknown)}`);
    }
  }
}

const PLAIN = ["PATH", "HOME", "LANG"];
/** How a desktop is found. */
const DESKTOP = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"];

const some = (env: Surroundings["env"], names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** Desktops take a little HTML in a message's body. */
const withoutMarkup = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!);
