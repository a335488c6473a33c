/** Chunks of a stream as lines. */

const MAX_LINE = 8_000;

export interface OutputLines {
  add(chunk: string): void;
  /** What was left without a line feed. */
  flush(): void;
}

/** Calls `line` for each line; one over 8,000 characters comes in pieces. */
export function outputLines(line: (text: string) => void): OutputLines {
  let rest = "";
  const give = (text: string): void => {
    for (let at = 0; at === 0 || at < text.length; at += MAX_LINE) line(text.slice(at, at + MAX_LINE));
  };
  return {
    add(chunk) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) give(part.replace(/\r$/, ""));
      while (rest.length > MAX_LINE) {
        line(rest.slice(0, MAX_LINE));
        rest = rest.slice(MAX_LINE);
      }
    },
    flush() {
      if (rest !== "") line(rest);
      rest = "";
    },
  };
}
