/** What a lockfile ties an installation to: hashes, places, and for npm's the packages themselves. Pure. */

const HASHES = /\b(?:sha1|sha224|sha256|sha384|sha512)[-:][A-Za-z0-9+/=_-]{16,}|\b[0-9a-f]{32,128}\b/g;
const PLACES = /\b(?:https?|git(?:\+[a-z]+)?|ssh|file|npm|link|portal|patch|exec):[^\s"'<>,)\]}]+/g;
/** Hashes of the manifest, of settings or of the lockfile's own form: another manifest has another one, and nothing is installed by it. */
const OF_THE_MANIFEST = /^\s*(?:content-hash|pnpmfileChecksum|packageExtensionsChecksum)\b.*$/gm;

/** Every pin of a lockfile's text. Two lockfiles whose pins are the same install the same, or less. */
export function pinsOf(text: string): ReadonlySet<string> {
  const plain = text.replace(OF_THE_MANIFEST, "");
  return new Set([...(plain.match(HASHES) ?? []), ...(plain.match(PLACES) ?? []), ...packagesOf(text)]);
}

/** The pins of `made` that neither side has: what nobody has seen yet. Sorted. */
export function unseenPins(made: string, sides: readonly string[]): readonly string[] {
  const seen = new Set(sides.flatMap((side) => [...pinsOf(side)]));
  return [...pinsOf(made)].filter((pin) => !seen.has(pin)).sort();
}

/** `name@version` of every package in npm's lockfiles, wherever it is put; nothing for other texts. */
function packagesOf(text: string): readonly string[] {
  if (!text.trimStart().startsWith("{")) return [];
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch {
    return [];
  }
  const packages = typeof lock === "object" && lock !== null && "packages" in lock ? lock.packages : null;
  if (typeof packages !== "object" || packages === null) return [];
  return Object.entries(packages as Record<string, unknown>).flatMap(([place, one]) => {
    if (place === "" || typeof one !== "object" || one === null) return [];
    const entry = one as { readonly name?: unknown; readonly version?: unknown };
    const name = typeof entry.name === "string" ? entry.name : place.slice(place.lastIndexOf("node_modules/") + 13);
    return [`${place.includes("node_modules/") ? name : place}@${String(entry.version ?? "")}`];
  });
}
