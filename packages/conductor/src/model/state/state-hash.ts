/** A hash that is equal exactly for equal states. */
export const stateHash = (state: object): string =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(canonical(state)).digest("hex");

function canonical(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, one]) => `${JSON.stringify(key)}=>${canonical(one)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  return `{${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(",")}}`;
}
