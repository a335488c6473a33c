import { WerkError } from "@taskwerk/contract/errors";

/** `--limit` and `--cursor` as part of an input. Throws USAGE. */
export function limitOf(
  limit: string | undefined,
  cursor: string | undefined,
): { readonly limit?: number; readonly cursor?: string } {
  if (limit !== undefined && !/^\d{1,9}$/.test(limit)) {
    throw new WerkError("USAGE", `--limit: "${limit}" is not a number.`, {
      hint: "0 means all of them.",
      field: "limit",
      given: limit,
    });
  }
  return { ...(limit === undefined ? {} : { limit: Number(limit) }), ...(cursor === undefined ? {} : { cursor }) };
}
