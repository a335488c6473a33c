/** What a change brings in from outside: packages that were not there, or come from elsewhere now. Pure. */
import { manifestOf } from "../model/manifest.ts";

const KEYS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "overrides",
  "resolutions",
  "bundledDependencies",
  "bundleDependencies",
] as const;

/**
 * Packages of a package.json that are new or asked for in another version than before, as "name@range", sorted. null =
 * it cannot be told, because one of the texts is no JSON object. A missing file is `null`.
 */
export function newDependencies(before: string | null, after: string | null): readonly string[] | null {
  const [old, young] = [manifestOf(before), manifestOf(after)];
  if (old === null || young === null) return null;
  const found = KEYS.flatMap((key) => {
    const had = entriesOf(old[key]);
    return [...entriesOf(young[key])]
      .filter(([name, range]) => had.get(name) !== range)
      .map(([name, range]) => `${name}@${range}`);
  });
  return [...new Set(found)].sort();
}

function entriesOf(value: unknown): ReadonlyMap<string, string> {
  if (Array.isArray(value)) return new Map(value.map((name) => [String(name), "bundled"]));
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(
    Object.entries(value).map(([name, range]) => [name, typeof range === "string" ? range : JSON.stringify(range)]),
  );
}
