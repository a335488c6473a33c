/** Takes known secret values out of text before it is kept or shown. */

/** Shorter values would also hit ordinary words. */
const SHORTEST = 6;

/** A shorter value that somebody is given is a switch, not a secret, and would black out half a log. */
const SHORTEST_GIVEN = 8;

/** Those of the values of settings or an environment that are to be written nowhere. */
export const secretValues = (values: Iterable<string>): readonly string[] =>
  [...new Set(values)].filter((value) => value.length >= SHORTEST_GIVEN);

/** Every form in which secrets are looked for: as they are and URL-, JSON- or base64-encoded, the longest first. */
export const formsOf = (secrets: readonly string[]): readonly string[] =>
  secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ])
    // One secret may contain another.
    .sort((a, b) => b.length - a.length);

/** Replaces each secret, in every form, by `[redacted]`; values under 6 characters are left. */
export const redact = (text: string, secrets: readonly string[]): string =>
  formsOf(secrets).reduce((result, form) => result.replaceAll(form, "[redacted]"), text);

/** The same for every text in plain data; names stay. */
export function redactIn<T>(data: T, secrets: readonly string[]): T {
  if (secrets.length === 0) return data;
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value, secrets);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === "type" ? one : walk(one)]));
  };
  return walk(data) as T;
}
