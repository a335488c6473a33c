import type { Success } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";

/** A thing with fields, as it travels. */
export type Item = Readonly<Record<string, unknown>>;

/** The value at a path such as `claim.by`; null where there is none. */
export function valueAt(item: Item, path: string): unknown {
  let value: unknown = item;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Item)[key];
  }
  return value ?? null;
}

/** Only these fields of an item, in this order. */
export const pick = (item: Item, fields: readonly string[]): Item =>
  Object.fromEntries(fields.map((field) => [field, valueAt(item, field)]));

/** A value as one cell of text: lists joined by commas, nothing for null, JSON for the rest. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(cellText).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Throws USAGE for a field that does not exist, with the one that was probably meant. */
export function checkFields(fields: readonly string[], known: readonly string[]): void {
  for (const field of fields) {
    if (known.includes(field.split(".")[0]!)) continue;
    const near = nearest(field, known);
    throw new WerkError("USAGE", `no field "${field}".${near ? ` Did you mean "${near}"?` : ""}`, {
      hint: `All fields:  ${known.join(", ")}`,
      field: "fields",
      given: field,
      ...(near ? { candidates: [near] } : {}),
    });
  }
}

/** An answer with these fields of its items only; it reaches into lists, and into the lists of a write. */
export function onlyFields(success: Success<unknown>, fields: readonly string[] | undefined): Success<unknown> {
  if (!fields) return success;
  const { data } = success;
  if (Array.isArray(data)) return { ...success, data: data.map((item) => pick(item, fields)) };
  if (!isWrite(data)) return { ...success, data: pick(data as Item, fields) };
  const lists = Object.entries(data).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map((item) => pick(item, fields)) : value,
  ]);
  return { ...success, data: Object.fromEntries(lists) };
}

const isWrite = (data: unknown): data is Item => typeof data === "object" && data !== null && "changed" in data;
