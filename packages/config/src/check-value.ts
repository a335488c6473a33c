import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { ConfigCounts, ConfigRecord, ConfigValue, KeySpec, RecordSpec } from "./schema.ts";

/**
 * The value if it is what the key takes; otherwise throws CONFIG_INVALID naming the key and where it stood. `placeOf` says where
 * a part of it stood: `gates.0.run` for that field of the first record.
 */
export function checkValue(
  key: string,
  spec: KeySpec,
  value: unknown,
  source: string,
  placeOf: (path: string) => string = () => source,
): ConfigValue {
  const list = spec.record === undefined ? value : listOf(spec.record, value);
  if (spec.record !== undefined && Array.isArray(list)) return checkRecords(key, spec.record, list, placeOf);
  if (spec.type === "counts" && isMapping(value)) return checkCounts(key, spec, value, placeOf);
  const wanted = mismatch(spec, value);
  if (wanted === null) return value as ConfigValue;
  // Of several texts the one that is meant.
  const wrong = spec.oneOf && isTexts(value) ? value.find((one) => !spec.oneOf!.includes(one)) : value;
  const given = typeof wrong === "string" ? wrong : (JSON.stringify(wrong) ?? "nothing");
  const near = spec.oneOf && typeof wrong === "string" ? nearest(wrong, spec.oneOf) : null;
  throw new WerkError("CONFIG_INVALID", `${key} in ${source}: "${given}" is not ${wanted}.`, {
    field: key,
    given,
    hint: near ? `Did you mean "${near}"?` : spec.describe,
    ...(near ? { candidates: [near] } : {}),
  });
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** What texts of these types look like. */
export const PATTERNS = {
  name: /^[A-Za-z0-9][\w.:-]{0,99}$/,
  path: /^(?!\.\.?(?:\/|$))[^\0\\/]+(?:\/(?!\.\.?(?:\/|$))[^\0\\/]+)*$/,
  person: /^[^<>\n]*[^<>\s] <[^<>\s]+>$/,
  duration: /^\d+(s|m|h|d)$/,
  size: /^\d+[kmgKMG]$/,
} as const;

const looksLike = (type: keyof typeof PATTERNS, value: unknown): boolean =>
  typeof value === "string" && PATTERNS[type].test(value);

/** True for a value with keys. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Records as they may be written shorter, as the list they stand for. */
function listOf({ shorthand }: RecordSpec, value: unknown): unknown {
  if (shorthand === undefined || value === null) return value;
  const whole = (one: unknown): unknown => (typeof one === "string" ? { [shorthand]: one } : one);
  if (Array.isArray(value)) return value.map(whole);
  return typeof value === "string" || isMapping(value) ? [whole(value)] : value;
}

/** Each name by itself, so that what is wrong is named with its line. */
function checkCounts(
  key: string,
  { describe, least, most }: KeySpec,
  counts: Readonly<Record<string, unknown>>,
  placeOf: (path: string) => string,
): ConfigCounts {
  const range = { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
  for (const [name, count] of Object.entries(counts)) {
    const path = `${key}.${name}`;
    checkValue(path, { type: "name", describe }, name, placeOf(path));
    checkValue(path, { type: "integer", describe, ...range }, count, placeOf(path));
  }
  return counts as ConfigCounts;
}

function checkRecords(
  key: string,
  spec: RecordSpec,
  list: readonly unknown[],
  placeOf: (path: string) => string,
): readonly ConfigRecord[] {
  const { key: naming, fields } = spec;
  const names = new Set<unknown>();
  return list.map((given, at) => {
    const [name, place] = [`${key}[${at}]`, placeOf(`${key}.${at}`)];
    const refuse = (message: string, field: string, hint: string, near: string | null = null): WerkError =>
      new WerkError("CONFIG_INVALID", message, { field, hint, ...(near === null ? {} : { candidates: [near] }) });
    const all = `Fields there are:  ${Object.keys(fields).join(", ")}`;
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw refuse(`${name} in ${place} is no record.`, name, all);
    const record: Record<string, ConfigRecord[string]> = {};
    for (const [field, value] of Object.entries(given)) {
      const [known, where] = [
        Object.hasOwn(fields, field) ? fields[field] : undefined,
        placeOf(`${key}.${at}.${field}`),
      ];
      const near = known ? null : nearest(field, Object.keys(fields));
      if (!known)
        throw refuse(
          `${where} has an unknown key "${field}" in ${name}.`,
          `${name}.${field}`,
          near ? `Did you mean "${near}"?` : all,
          near,
        );
      record[field] = checkValue(`${name}.${field}`, known, value, where) as ConfigRecord[string];
      if (known.required && String(record[field]).trim() === "")
        throw refuse(`${name}.${field} in ${where} is empty.`, `${name}.${field}`, known.describe);
    }
    const missing = Object.keys(fields).find((field) => fields[field]!.required && record[field] === undefined);
    if (missing !== undefined)
      throw refuse(`${name} in ${place} has no "${missing}".`, `${name}.${missing}`, fields[missing]!.describe);
    if (naming !== null) {
      const where = placeOf(`${key}.${at}.${naming}`);
      if (names.has(record[naming]))
        throw refuse(`${name}.${naming} in ${where}: "${record[naming]}" is there twice.`, `${name}.${naming}`, all);
      names.add(record[naming]);
    }
    const wrong = faultOf(spec, record);
    if (wrong !== null)
      throw refuse(
        `${name}.${wrong.field} in ${record[wrong.field] === undefined ? place : placeOf(`${key}.${at}.${wrong.field}`)}: ${wrong.problem}.`,
        `${name}.${wrong.field}`,
        fields[wrong.field]?.describe ?? all,
      );
    return record;
  });
}

/** What is wrong with fields that each are right. */
function faultOf(
  { some, only = {}, check }: RecordSpec,
  record: ConfigRecord,
): ReturnType<NonNullable<RecordSpec["check"]>> {
  for (const [field, { field: other, is, problem }] of Object.entries(only))
    if (record[field] !== undefined && !is.includes(record[other] as string)) return { field, problem };
  if (some?.fields.every((field) => record[field] === undefined)) return { field: some.at, problem: some.problem };
  return check?.(record) ?? null;
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
      if (!isTexts(value)) return "a list of texts";
      return spec.oneOf && value.some((one) => !spec.oneOf!.includes(one)) ? `one of ${spec.oneOf.join(", ")}` : null;
    case "records":
      return spec.record?.shorthand === undefined
        ? "a list of records"
        : `a ${spec.record.shorthand}, a record, or a list of them`;
    case "counts":
      return "names with a whole number each, such as {gpu: 1}";
    case "name":
      return looksLike("name", value) ? null : "a name of letters, digits and . : _ -";
    case "path":
      return looksLike("path", value) ? null : "a path below the top, such as out/report.json";
    case "person":
      return looksLike("person", value) ? null : "a name and an address, such as Ada Lovelace <ada@example.org>";
    case "url":
      return typeof value === "string" && /^https?:$/.test(protocolOf(value)) ? null : "an http or https address";
    case "duration":
      return looksLike("duration", value) ? null : "a length of time such as 90s, 15m or 2h";
    case "size":
      return looksLike("size", value) ? null : "a size such as 500m or 4g";
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
