/** Keys by what they mean, whatever bytes a terminal sends for them. */

/** `text`: one character that was typed; `paste`: several that came at once. */
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

/** The keys of one input. What comes in one piece and is more than one character was typed fast, or pasted. */
export function keysOf(input: string, key: InkKey): readonly Key[] {
  if (key.upArrow) return [{ name: "up" }];
  if (key.downArrow) return [{ name: "down" }];
  if (key.leftArrow) return [{ name: "left" }];
  if (key.rightArrow) return [{ name: "right" }];
  if (key.pageUp) return [{ name: "pageup" }];
  if (key.pageDown) return [{ name: "pagedown" }];
  if (key.home) return [{ name: "home" }];
  if (key.end) return [{ name: "end" }];
  if (key.return || input === "\n") return [{ name: "enter" }];
  if (key.escape) return [{ name: "escape" }];
  if (key.tab) return [{ name: key.shift ? "backtab" : "tab" }];
  if (key.backspace || key.delete) return [{ name: "backspace" }];
  if (key.ctrl) return [{ name: `ctrl-${input}` }];
  if (key.meta) return [];
  const characters = [...input.replace(/\r\n?/g, "\n")].filter((one) => one === "\n" || !/^\p{Cc}$/u.test(one));
  if (characters.length > 1 && characters.includes("\n")) return [{ name: "paste", text: characters.join("") }];
  return characters.map((text) => (text === "\n" ? { name: "enter" } : { name: "text", text }));
}
