/**
 * A part of the state while it is folded: the same, but it may be written to. Each noun folds its own part of the
 * state, and sees of the others only what it names.
 */
export type Draft<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T[K] extends readonly (infer One)[]
      ? One[]
      : T[K];
};

/** A draft that starts as `state`, and leaves it as it is. */
export const draftOf = <T extends object>(state: T): Draft<T> =>
  Object.fromEntries(Object.entries(state).map(([name, part]) => [name, copied(part)])) as Draft<T>;

function copied(part: unknown): unknown {
  if (part instanceof Map) return new Map(part);
  return Array.isArray(part) ? [...part] : part;
}

/** Puts an edited value in the place of the one with this id; nothing when there is none. */
export function change<T>(map: Map<string, T>, id: string, edit: (value: T) => T): void {
  const value = map.get(id);
  if (value !== undefined) map.set(id, edit(value));
}
