import type { Output } from "@taskwerk/terminal/output";
import type { App } from "./app.ts";

/** True when stdout is for people: no format was asked for that a program reads, and not `-q`. */
export const mayTalk = ({ format, quiet }: Output): boolean => (format === "auto" || format === "table") && !quiet;

/** Asks, and is true for a yes; anything else, also the end of input, is a no. */
export const saysYes = async ({ world }: App, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await world.ask(`${question} [y/N] `))?.trim() ?? "");

/** True when somebody sits there who can be asked. */
export const mayAsk = ({ world, output, globals }: App): boolean =>
  world.stdinIsTTY && world.stdoutIsTTY && globals.input !== false && mayTalk(output);
