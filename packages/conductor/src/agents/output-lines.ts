/** Chunks of a stream as lines. */

const LENGTH = 8_000;

export interface OutputLines {
  add(chunk: string): void;
  /** What was left without a line feed. */
  flush(): void;
}

/** Calls `line` for each line; one over `length` characters comes in pieces. */
export function outputLines(line: (text: string) => void, length: number = LENGTH): OutputLines {
  let rest = "";
  const give = (text: string): void => {
    for (let at = 0; at === 0 || at < text.length; at += length) line(text.slice(at, at + length));
  };
  return {
    add(chunk) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) give(part.replace(/\r$/, ""));
      while (rest.length > length) {
        line(rest.slice(0, length));
        rest = rest.slice(length);
      }
    },
    flush() {
      if (rest !== "") line(rest);
      rest = "";
    },
  };
}
