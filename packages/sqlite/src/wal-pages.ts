/** Frames of a write-ahead log, as https://sqlite.org/fileformat2.html#the_write_ahead_log says. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** With this checksums are over little-endian words, with the next number over big-endian ones. */
const MAGIC = 0x377f0682;

/**
 * A database with all that its write-ahead log holds of finished transactions, as one file's bytes. What is behind the
 * last of them counts for nothing, as it does for SQLite; neither does a log that belongs to no state of the file.
 */
export function withWal(database: Buffer, wal: Buffer): Buffer {
  const { pages, size, pageSize } = committedPages(wal);
  if (size === 0) return database;
  const whole = Buffer.alloc(size * pageSize);
  database.copy(whole);
  for (const [page, at] of pages) {
    if (page <= size) wal.copy(whole, (page - 1) * pageSize, at, at + pageSize);
  }
  return whole;
}

interface Committed {
  /** Page number, from 1 → where its newest content begins. */
  readonly pages: ReadonlyMap<number, number>;
  /** How many pages the database has with them; 0 when there is nothing. */
  readonly size: number;
  readonly pageSize: number;
}

function committedPages(wal: Buffer): Committed {
  const pages = new Map<number, number>();
  const nothing = { pages, size: 0, pageSize: 0 };
  if (wal.length < HEADER_BYTES) return nothing;
  const magic = wal.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return nothing;
  const sum = checksumOf(wal, magic === MAGIC);
  sum.add(0, 24);
  if (!sum.isAt(24)) return nothing;
  const pageSize = wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  const pending = new Map<number, number>();
  let size = 0;
  for (let at = HEADER_BYTES; ; at += FRAME_HEADER_BYTES + pageSize) {
    const content = at + FRAME_HEADER_BYTES;
    if (content + pageSize > wal.length || !wal.subarray(at + 8, at + 16).equals(salt)) break;
    sum.add(at, 8);
    sum.add(content, pageSize);
    if (!sum.isAt(at + 16)) break;
    pending.set(wal.readUInt32BE(at), content);
    const sizeAfter = wal.readUInt32BE(at + 4);
    if (sizeAfter === 0) continue;
    for (const [page, where] of pending) pages.set(page, where);
    pending.clear();
    size = sizeAfter;
  }
  return { pages, size, pageSize };
}

/** The running sum of a log: each part is added to all before it. */
function checksumOf(wal: Buffer, littleEndian: boolean) {
  let [first, second] = [0, 0];
  const word = (at: number): number => (littleEndian ? wal.readUInt32LE(at) : wal.readUInt32BE(at));
  return {
    add(from: number, length: number): void {
      for (let at = from; at < from + length; at += 8) {
        first = (first + word(at) + second) >>> 0;
        second = (second + word(at + 4) + first) >>> 0;
      }
    },
    isAt: (at: number): boolean => wal.readUInt32BE(at) === first && wal.readUInt32BE(at + 4) === second,
  };
}
