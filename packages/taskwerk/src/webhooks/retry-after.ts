/** Nobody may ask for longer quiet than this. */
const LONGEST_MS = 24 * 3_600_000;

/** What `retry-after` asks for: seconds, or a date of HTTP. Milliseconds from now, at most a day; null for nothing one can read. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  if (!/^[A-Z][a-z]{2,8},? .*GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now.getTime()), LONGEST_MS);
}
