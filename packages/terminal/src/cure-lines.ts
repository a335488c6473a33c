import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

/** Words to choose from, which are no command. */
const LIST = /^[^\s,]+(?:, [^\s,]+)+$/;

/**
 * What to do, in lines of at most `width` cells. What is to be copied is never broken: a line that begins with a small letter,
 * and what follows `:` and two spaces, which stands below where it does not fit. Of a list one word is chosen: it is broken.
 */
export function cureLines(cure: string, width: number): readonly string[] {
  return cure.split(/\n| {5,}/).flatMap((part) => {
    const text = part.trim();
    if (widthOf(text) <= width || /^[a-z]/.test(text)) return text === "" ? [] : [text];
    const [, words = text, command = ""] = /^(.*?:) {2}(.*)$/.exec(text) ?? [];
    if (LIST.test(command)) return wrap(text.replace(/: {2}/, ": "), width);
    return [...wrap(words, width), ...(command === "" ? [] : [`  ${command}`])];
  });
}
