import type { Output } from "@taskwerk/terminal/output";
import { widthOf } from "@taskwerk/terminal/width";
import { layoutOf } from "./lines-view.ts";

/** What to type next, as the last lines of an answer: in one where they fit, else one command a line; a command is never broken. */
export function nextLines(commands: readonly string[], output: Output): readonly string[] {
  if (commands.length === 0) return [];
  const inOne = commands.join("     ");
  const lines = widthOf(inOne) + LABEL.length <= layoutOf(output).width ? [inOne] : commands;
  return lines.map((line, at) => (at === 0 ? LABEL : " ".repeat(LABEL.length)) + line);
}

/** The same for people, where what was just said waits until somebody drives. */
export const idleLines = (commands: readonly string[], output: Output): readonly string[] => [
  "Nothing runs at the moment.",
  ...nextLines(commands, output),
];

const LABEL = "Next   ";
