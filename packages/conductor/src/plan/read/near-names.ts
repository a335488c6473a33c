/** Edits (insert, delete, replace) that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Up to three of the names that a person may have meant, nearest first. */
export function nearNames(wanted: string, names: readonly string[]): readonly string[] {
  const want = wanted.slice(0, 100).toLowerCase();
  const stem = (name: string) => name.replace(/\.[^.]*$/, "");
  return names
    .slice(0, 2_000)
    .map((name) => {
      const low = name.slice(0, 100).toLowerCase();
      const cost = distance(stem(want), stem(low)) + (low.endsWith(want.slice(stem(want).length)) ? 0 : 0.5);
      return { name, cost };
    })
    .filter(({ cost }) => cost <= Math.max(1.5, stem(want).length / 4))
    .sort((a, b) => a.cost - b.cost || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
