/** What a package.json says. Pure. */

/** Its keys; none for a file that is missing. Null when the text is no JSON object. */
export function manifestOf(text: string | null): Record<string, unknown> | null {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
