import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { ConfigValue, KeySpec } from "./schema.ts";

/** The value if it is what the key takes; otherwise throws CONFIG_INVALID naming the key and where it stood. */
export function checkValue(key: string, spec: KeySpec, value: unknown, source: string): ConfigValue {
  const wanted = mismatch(spec, value);
  if (wanted === null) return value as ConfigValue;
  const given = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  const near = spec.oneOf && typeof value === "string" ? nearest(value, spec.oneOf) : null;
  throw new WerkError("CONFIG_INVALID", `${key} in ${source}: "${given}" is not ${wanted}.`, {
    field: key,
    given,
    hint: near ? `Did you mean "${near}"?` : spec.describe,
    ...(near ? { candidates: [near] } : {}),
  });
}

/** What the key takes, in words, when the value is not that; null when it is. */
function mismatch(spec: KeySpec, value: unknown): string | null {
  switch (spec.type) {
    case "string":
      if (typeof value !== "string") return "a text";
      return spec.oneOf && !spec.oneOf.includes(value) ? `one of ${spec.oneOf.join(", ")}` : null;
    case "integer":
      return Number.isSafeInteger(value) && inRange(spec, value as number) ? null : `a whole number${rangeText(spec)}`;
    case "number":
      return typeof value === "number" && Number.isFinite(value) && inRange(spec, value)
        ? null
        : `a number${rangeText(spec)}`;
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "strings":
      return Array.isArray(value) && value.every((one) => typeof one === "string") ? null : "a list of texts";
    case "url":
      return typeof value === "string" && /^https?:$/.test(protocolOf(value)) ? null : "an http or https address";
    case "duration":
      return typeof value === "string" && /^\d+(s|m|h|d)$/.test(value)
        ? null
        : "a length of time such as 90s, 15m or 2h";
    case "size":
      return typeof value === "string" && /^\d+(k|m|g)$/i.test(value) ? null : "a size such as 500m or 4g";
    default: {
      const never: never = spec.type;
      return never;
    }
  }
}

const inRange = ({ least, most }: KeySpec, value: number): boolean =>
  value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);

function rangeText({ least, most }: KeySpec): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? "" : ` of at most ${most}`;
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : "";
}
