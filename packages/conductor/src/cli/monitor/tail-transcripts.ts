/** Follows the transcripts of a task's attempts: the newest part of them, however large they are and however fast they grow. */
import { open, stat } from "node:fs/promises";
import { type LogRow, rowsOfTranscript } from "../../report/transcript-words.ts";

/** So much of the end is read when it is opened, and at most so much at once later. */
const AT_ONCE = 256 * 1024;
/** Rows that are kept. */
const KEPT = 4_000;

export interface TranscriptTail {
  /** Reads what is new of these files, in their order; answers whether there was anything. A file that is not there yet is empty. */
  readonly readOn: (paths: readonly string[]) => Promise<boolean>;
  readonly rows: () => readonly LogRow[];
  /** Rows, or parts of the files, that were passed over. */
  readonly dropped: () => number;
}

interface Place {
  offset: number;
  /** The begin of a line whose end is not written yet. */
  rest: Buffer;
}

export function tailTranscripts(): TranscriptTail {
  const places = new Map<string, Place>();
  const rows: LogRow[] = [];
  let dropped = 0;
  const keep = (more: readonly LogRow[]): void => {
    rows.push(...more);
    const over = rows.length - KEPT;
    if (over <= 0) return;
    rows.splice(0, over);
    dropped += over;
  };
  const readOne = async (path: string): Promise<boolean> => {
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    const place = places.get(path) ?? { offset: 0, rest: Buffer.alloc(0) };
    places.set(path, place);
    if (size <= place.offset) return false;
    let cut = false;
    if (size - place.offset > 2 * AT_ONCE || (place.offset === 0 && size > AT_ONCE)) {
      const missed = size - AT_ONCE - place.offset;
      keep([
        {
          at: rows.at(-1)?.at ?? "",
          who: "run",
          text: `... ${Math.ceil(missed / 1024)} KB are not shown ...`,
          tone: "quiet",
        },
      ]);
      dropped += 1;
      place.offset = size - AT_ONCE;
      place.rest = Buffer.alloc(0);
      cut = true;
    }
    const read = await bytesOf(path, place.offset, Math.min(AT_ONCE, size - place.offset));
    place.offset += read.length;
    const text = Buffer.concat([place.rest, read]);
    const from = cut ? text.indexOf(10) + 1 : 0;
    const to = text.lastIndexOf(10) + 1;
    place.rest = Buffer.from(text.subarray(Math.max(from, to)));
    // A line that never ends is not waited for.
    if (place.rest.length > 2 * AT_ONCE) place.rest = Buffer.alloc(0);
    if (to <= from) return false;
    const lines = text.toString("utf8", from, to - 1).split("\n");
    keep(lines.flatMap(rowsOfTranscript));
    return true;
  };
  return {
    async readOn(paths) {
      let anything = false;
      // What was opened first is read no further once something came after it and it is at its end.
      for (const path of paths) anything = (await readOne(path)) || anything;
      return anything;
    },
    rows: () => rows,
    dropped: () => dropped,
  };
}

async function bytesOf(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
