/** How much time the spans cover together; what they share counts once. Pure. */
export function covered(spans: readonly (readonly [from: number, to: number])[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}
