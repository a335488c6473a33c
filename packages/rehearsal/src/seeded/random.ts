/** Choices that follow from a seed: the same seed, the same choices. */
export interface Random {
  /** From `least` to `most`, both included. */
  int(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many different ones, in a new order. Throws when there are too few. */
  some<T>(from: readonly T[], count: number): readonly T[];
}

/** Mulberry32 (Tommy Ettinger, public domain): small, and good enough for made-up names. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    int,
    pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number],
    some: (from, count) => {
      if (count > from.length) throw new Error(`${count} of ${from.length} is not possible`);
      const left = [...from];
      return Array.from({ length: count }, () => left.splice(int(0, left.length - 1), 1)[0] as (typeof left)[number]);
    },
  };
}
