/** The first seven digits of a hash. */
export const short = (hash: string): string => hash.slice(0, 7);
