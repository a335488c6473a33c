/** Takes known secret values out of text before it is kept or shown. */

/** Shorter values would also hit ordinary words. */
const SHORTEST = 6;

/** Replaces each secret, as it is and URL-, JSON- or base64-encoded, by `[redacted]`; values under 6 characters are left. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ])
    // The longest first: one secret may contain another.
    .sort((a, b) => b.length - a.length);
  return forms.reduce((result, form) => result.replaceAll(form, "[redacted]"), text);
}

/** The same for every text in plain data. */
export const redactIn = <T>(data: T, secrets: readonly string[]): T =>
  secrets.length === 0 ? data : (JSON.parse(redact(JSON.stringify(data), secrets)) as T);
