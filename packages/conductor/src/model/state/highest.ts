/** The highest number in those of these ids that the pattern finds one in; 0 when there is none. */
export function highest(ids: Iterable<string>, pattern: RegExp): number {
  let most = 0;
  for (const id of ids) {
    const n = pattern.exec(id)?.[1];
    if (n !== undefined) most = Math.max(most, Number(n));
  }
  return most;
}
