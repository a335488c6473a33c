const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A maker of ULIDs (https://github.com/ulid/spec): 26 letters, sorted by the time they were made, and within one
 * millisecond by their order. A clock that steps back does not make smaller ones.
 */
export function uidMaker(now: () => number, random: (bytes: Uint8Array) => void): () => string {
  let last = 0;
  let begin = "";
  const tail = new Uint8Array(16);
  return () => {
    const time = now();
    if (time > last) {
      last = time;
      begin = timePart(time);
      random(tail);
      // Five bits a letter; the first has room to count upwards within this millisecond.
      for (let n = 0; n < tail.length; n += 1) tail[n]! &= n === 0 ? 15 : 31;
    } else {
      let n = tail.length - 1;
      while (n > 0 && tail[n] === 31) {
        tail[n] = 0;
        n -= 1;
      }
      tail[n] = (tail[n]! + 1) & 31;
    }
    let uid = begin;
    for (const digit of tail) uid += DIGITS[digit];
    return uid;
  };
}

function timePart(time: number): string {
  let text = "";
  for (let rest = time, n = 0; n < 10; n += 1) {
    text = DIGITS[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** A new ULID, by this machine's clock. */
export const newUid: () => string = uidMaker(Date.now, (bytes) => globalThis.crypto.getRandomValues(bytes));
