/** A command's output as it came, both streams together: the head and the tail are kept, the middle of a flood is not. */

export interface OutputLog {
  add(chunk: string): void;
  text(): string;
}

/** Keeps `headChars` from the start and `tailChars` from the end, and says how many characters lie between. */
export function outputLog(headChars: number, tailChars: number): OutputLog {
  let head = "";
  let tail: string[] = [];
  let tailLength = 0;
  let total = 0;
  return {
    add(chunk) {
      total += chunk.length;
      const room = headChars - head.length;
      if (room > 0) head += chunk.slice(0, room);
      const rest = chunk.slice(Math.max(room, 0)).slice(-tailChars);
      if (rest === "") return;
      tail.push(rest);
      tailLength += rest.length;
      if (tailLength > 4 * tailChars || tail.length > 1_000) {
        tail = [tail.join("").slice(-tailChars)];
        tailLength = tail[0]!.length;
      }
    },
    text() {
      const end = tail.join("").slice(-tailChars);
      const dropped = total - head.length - end.length;
      return dropped > 0 ? `${head}\n[... ${dropped} characters dropped ...]\n${end}` : head + end;
    },
  };
}
