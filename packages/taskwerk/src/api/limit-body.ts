import { WerkError } from "@taskwerk/contract/errors";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

const MEBIBYTE = 1_048_576;

/**
 * Refuses a body of more than so many mebibytes: one that says its length before it is read, another when it is too long.
 * Only the latter is counted: who touches a body as a stream has all of it made into one, which costs more than the call.
 */
export function limitBody(mebibytes: number): MiddlewareHandler {
  const tooLong = (): never => {
    throw new WerkError("PAYLOAD_TOO_LARGE", `a body here is at most ${mebibytes} MiB`, {
      hint: "Send it in parts. POST /v1/tasks:import takes more as application/x-ndjson.",
    });
  };
  const counted = bodyLimit({ maxSize: mebibytes * MEBIBYTE, onError: tooLong });
  return (c, next) => {
    if (c.req.header("transfer-encoding") !== undefined) return counted(c, next);
    // The parser has let through digits only, and takes no byte more than they say.
    return Number(c.req.header("content-length") ?? 0) > mebibytes * MEBIBYTE ? tooLong() : next();
  };
}
