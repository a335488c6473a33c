/**
 * SHA-256 (FIPS 180-4) as it is needed here: the one hash of a small write must not load node:crypto, which costs a tenth
 * of that write's process. Whatever is longer than a few kilobytes goes to node:crypto.
 */

const SMALL = 8_192;

/** A hash that is still being fed. */
export interface Sha256 {
  add(text: string): void;
  /** Hex; once only. */
  end(): string;
}

/** A hash of texts, one after the other. */
export function sha256(): Sha256 {
  let native: ReturnType<typeof import("node:crypto").createHash> | null = null;
  // What is not hashed yet. Every call of node:crypto costs more than the few hundred letters of one text.
  let held = "";
  return {
    add(text) {
      held += text;
      if (held.length <= SMALL) return;
      native ??= process.getBuiltinModule("node:crypto").createHash("sha256");
      native.update(held);
      held = "";
    },
    end: () => native?.update(held).digest("hex") ?? hashOf(Buffer.from(held)),
  };
}

const WORDS = 64;

/** The first 32 bits of the fractional parts of a root of the first primes: square roots begin, cube roots stir. */
function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count);
  for (let prime = 2, found = 0; found < count; prime += 1) {
    let divisor = 2;
    while (prime % divisor !== 0) divisor += 1;
    if (divisor === prime) {
      words[found] = (root(prime) % 1) * 0x1_0000_0000;
      found += 1;
    }
  }
  return words;
}

function hashOf(bytes: Uint8Array): string {
  const constants = fractions(WORDS, Math.cbrt);
  const state = fractions(8, Math.sqrt);
  const padded = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  const words = new Uint32Array(WORDS);
  for (let at = 0; at < padded.byteLength; at += 64) {
    for (let n = 0; n < 16; n += 1) words[n] = padded.getUint32(at + n * 4);
    stir(state, words, constants);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

const turn = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** One block of 16 words into the state (section 6.2.2 of the standard; the letters are its own). */
function stir(state: Uint32Array, words: Uint32Array, constants: Uint32Array): void {
  for (let n = 16; n < WORDS; n += 1) {
    const early = words[n - 15]!;
    const late = words[n - 2]!;
    words[n] =
      words[n - 16]! +
      (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) +
      words[n - 7]! +
      (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let n = 0; n < WORDS; n += 1) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[n]! + words[n]!) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, n) => {
    state[n]! += word;
  });
}
