/** Three versions of one document of plain values made one. Pure. */

const MAX_DEPTH = 20;

/** Key by key: what one side alone has changed is as there; what both have, is ours. Lists and texts are one value. */
export function merged(base: unknown, ours: unknown, theirs: unknown, depth = 0): unknown {
  if (!isMap(ours) || !isMap(theirs) || depth > MAX_DEPTH) return same(ours, base) ? theirs : ours;
  const old = isMap(base) ? base : {};
  const entries: [string, unknown][] = [];
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const value = merged(own(old, key), own(ours, key), own(theirs, key), depth + 1);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

const own = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(map, key) ? map[key] : undefined;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
