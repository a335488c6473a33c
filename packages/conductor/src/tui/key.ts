/** Keys by what they mean, whatever bytes a terminal sends for them. */

/** `text`: one character that was typed; `paste`: what the terminal says was pasted. */
export type Key =
  | { readonly name: "text" | "paste"; readonly text: string }
  | { readonly name: Named | `ctrl-${string}`; readonly text?: undefined };

export type Named =
  | "up"
  | "down"
  | "left"
  | "right"
  | "pageup"
  | "pagedown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "tab"
  | "backtab"
  | "backspace";

/** What Ink says of a key. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const PASTE_BEGINS = "[200~";
const PASTE_ENDS = "[201~";

/**
 * Reads keys from what Ink says, input after input. What is typed fast comes in one piece, control characters in the midst of
 * it; what the terminal says is pasted is a text, whatever stands in it.
 */
export function keyReader(): (input: string, key: InkKey) => readonly Key[] {
  let pasted: string | null = null;
  return (input, key) => {
    if (input === PASTE_BEGINS) {
      pasted = "";
      return [];
    }
    if (pasted !== null) {
      if (input !== PASTE_ENDS) {
        pasted += key.return ? "\n" : key.tab ? " " : key.ctrl || key.escape || key.meta ? "" : input;
        return [];
      }
      const text = printable(pasted.replace(/\r\n?/g, "\n").replaceAll("\t", "  "));
      pasted = null;
      return text === "" ? [] : [{ name: "paste", text }];
    }
    const named = NAMED.find(([field]) => key[field]);
    if (named !== undefined) return [{ name: named[1] === "tab" && key.shift ? "backtab" : named[1] }];
    if (key.ctrl) return [{ name: `ctrl-${input}` }];
    return key.meta ? [] : [...input].flatMap(keyOf);
  };
}

const NAMED: readonly (readonly [keyof InkKey, Named])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** Without what a terminal would act on; line breaks stay. */
const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, "");

function keyOf(character: string): readonly Key[] {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\r" || character === "\n") return [{ name: "enter" }];
  if (character === "\t") return [{ name: "tab" }];
  if (character === "\x7f" || character === "\b") return [{ name: "backspace" }];
  if (code >= 1 && code <= 26) return [{ name: `ctrl-${String.fromCharCode(code + 96)}` }];
  return printable(character) === "" ? [] : [{ name: "text", text: character }];
}
