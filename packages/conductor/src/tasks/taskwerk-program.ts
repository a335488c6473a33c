/** taskwerk as a program that is started: how, where, and for one answer. */
import { spawn } from "node:child_process";
import type { Envelope } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";

/** Where and how taskwerk is found or started. */
export interface ConnectOptions {
  /** Where to look for the store from, and to run taskwerk in. */
  readonly cwd: string;
  /** taskwerk's own command line, e.g. [node, …/taskwerk.cjs]. */
  readonly taskwerk: readonly string[];
  /** A server that is named by the user; its token comes from `token` or from the store found at `cwd`. */
  readonly url: string | null;
  readonly token: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who writes. */
  readonly actor: string;
  /** How long a command of taskwerk may take to answer, milliseconds; default 20 seconds. */
  readonly answerMs?: number;
}

const ANSWER_TIMEOUT = 20_000;

/** Runs one taskwerk command that answers with one JSON document. Throws TASKWERK_UNREACHABLE where no answer comes. */
export async function ask(options: ConnectOptions, words: readonly string[]): Promise<Envelope<unknown>> {
  const { answerMs = ANSWER_TIMEOUT } = options;
  const [program = "taskwerk", ...args] = options.taskwerk;
  const child = spawn(program, [...args, ...words], {
    cwd: options.cwd,
    env: plainEnv(options.env),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const isLate = await new Promise<boolean>((resolve, reject) => {
    const timer = setTimeout(() => resolve(true), answerMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", () => settle(() => resolve(false)));
  });
  if (isLate) {
    child.kill("SIGKILL");
    child.stdout.destroy();
    throw new WerkError("TASKWERK_UNREACHABLE", `taskwerk ${words.join(" ")} gave no answer in ${answerMs / 1000} s`, {
      hint: `See why:  taskwerk ${words.join(" ")}\nOr say the token yourself:  TASKWERK_TOKEN=…`,
    });
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Envelope<unknown>;
}

/** The environment without what is not set. */
export const plainEnv = (env: ConnectOptions["env"]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
