import { closeSync, openSync, readSync } from "node:fs";

/** Fills with the system's randomness. Asked for directly where it is a file: loading Web Crypto costs a tenth of an `add`. */
export function fillRandom(bytes: Uint8Array): void {
  try {
    const source = openSync("/dev/urandom", "r");
    try {
      if (readSync(source, bytes) === bytes.length) return;
    } finally {
      closeSync(source);
    }
  } catch {
    // Not every system has that file.
  }
  globalThis.crypto.getRandomValues(bytes);
}
