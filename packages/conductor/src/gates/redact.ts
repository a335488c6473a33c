/** Takes known secret values out of text before it is kept or shown. */

/** Shorter values would also hit ordinary words. */
const SHORTEST = 6;

/** Replaces each secret, as it is and URL- or base64-encoded, by `[redacted]`; values under 6 characters are left. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    // The longest first: one secret may contain another.
    .sort((a, b) => b.length - a.length);
  return forms.reduce((result, form) => result.replaceAll(form, "[redacted]"), text);
}
