import type { Failure, Success } from "@taskwerk/contract/envelope";
import { errorBodyOf, httpStatusOf, isWerkError, WerkError } from "@taskwerk/contract/errors";

/** What every answer says of itself. */
export const COMMON_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'",
} as const;

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8", ...COMMON_HEADERS } as const;

/** A document as it travels. */
export const answer = (body: object, status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...JSON_HEADERS, ...headers } });

/** What an operation answered; of one task also its ETag, which is its rev. */
export const success = (body: Success<unknown>, status: number): Response => answer(body, status, etagOf(body.data));

/** An answer of the server itself, which no operation gave. */
export const told = (kind: string, data: unknown): Response =>
  success({ ok: true, v: 1, kind, data, warnings: [], meta: {} }, 200);

/** An error as it travels: the envelope, with its code's status. A defect's message stays here. */
export function failure(error: unknown): Response {
  const known = isWerkError(error) ? error : new WerkError("INTERNAL", "something went wrong in the server");
  const body = errorBodyOf(known);
  const headers: Record<string, string> = body.code === "UNAUTHORIZED" ? { "www-authenticate": "Bearer" } : {};
  const envelope: Failure = { ok: false, v: 1, kind: "error", error: body, meta: {} };
  return answer(envelope, httpStatusOf(body.code), headers);
}

function etagOf(data: unknown): Record<string, string> {
  const task = onlyTask(data);
  return task && typeof task.rev === "number" ? { etag: `"${task.rev}"` } : {};
}

/** The one task that an answer is, or that a write was about; null for none and for several. */
function onlyTask(data: unknown): { readonly rev?: unknown } | null {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return null;
  if ("rev" in data) return data;
  if (!("changed" in data && "unchanged" in data)) return null;
  const { changed, unchanged } = data;
  if (!Array.isArray(changed) || !Array.isArray(unchanged)) return null;
  return changed.length + unchanged.length === 1 ? (changed[0] ?? unchanged[0]) : null;
}
