/** Keeps the head and the tail of two streams within one bound, however much comes. */

export interface KeptOutput {
  write(stream: Stream, chunk: Buffer): void;
  /** What was kept as text; a line in the middle says how many bytes were dropped. */
  read(stream: Stream): string;
  readonly truncated: boolean;
}

type Stream = "stdout" | "stderr";

interface Side {
  readonly head: Buffer[];
  tail: Buffer[];
  tailBytes: number;
  dropped: number;
}

const BLOCK = 4 * 1024;

/** At most `limitBytes` of both streams together are held: half for what comes first, half for what comes last. */
export function keepOutput(limitBytes: number): KeptOutput {
  let headRoom = Math.floor(limitBytes / 2);
  const tailRoom = limitBytes - headRoom;
  const sides: Record<Stream, Side> = { stdout: emptySide(), stderr: emptySide() };

  const shrink = (): void => {
    while (sides.stdout.tailBytes + sides.stderr.tailBytes > tailRoom) {
      const side = sides.stdout.tailBytes >= sides.stderr.tailBytes ? sides.stdout : sides.stderr;
      const over = sides.stdout.tailBytes + sides.stderr.tailBytes - tailRoom;
      const first = side.tail[0] ?? Buffer.alloc(0);
      const gone = Math.min(over, first.length);
      if (gone === first.length) side.tail.shift();
      else side.tail[0] = first.subarray(gone);
      side.tailBytes -= gone;
      side.dropped += gone;
    }
  };

  return {
    write(stream, chunk) {
      const side = sides[stream];
      let rest = chunk;
      // Once something of a stream went to its tail, its head is closed, or bytes would change their order.
      if (headRoom > 0 && side.tailBytes === 0 && side.dropped === 0) {
        const taken = rest.subarray(0, headRoom);
        push(side.head, taken);
        headRoom -= taken.length;
        rest = rest.subarray(taken.length);
      }
      if (rest.length === 0) return;
      // Only the end of a chunk larger than the whole room can be kept.
      const kept = rest.subarray(Math.max(0, rest.length - tailRoom));
      side.dropped += rest.length - kept.length;
      push(side.tail, kept);
      side.tailBytes += kept.length;
      shrink();
    },
    read(stream) {
      const { head, tail, dropped } = sides[stream];
      const first = Buffer.concat(head);
      const last = Buffer.concat(tail);
      if (dropped === 0) return Buffer.concat([first, last]).toString("utf8");
      return `${first.toString("utf8")}\n[… ${dropped} bytes dropped …]\n${last.toString("utf8")}`;
    },
    get truncated() {
      return sides.stdout.dropped + sides.stderr.dropped > 0;
    },
  };
}

const emptySide = (): Side => ({ head: [], tail: [], tailBytes: 0, dropped: 0 });

/** Joins small pieces, so that a million one-byte writes do not become a million buffers. */
function push(list: Buffer[], piece: Buffer): void {
  if (piece.length === 0) return;
  const last = list.at(-1);
  if (last !== undefined && last.length + piece.length <= BLOCK) list[list.length - 1] = Buffer.concat([last, piece]);
  else list.push(Buffer.from(piece));
}
