import { WerkError } from "@taskwerk/contract/errors";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

const MEBIBYTE = 1_048_576;

/** Refuses a body of more than so many mebibytes: one that says its length before it is read, another when it is too long. */
export const limitBody = (mebibytes: number): MiddlewareHandler =>
  bodyLimit({
    maxSize: mebibytes * MEBIBYTE,
    onError: () => {
      throw new WerkError("PAYLOAD_TOO_LARGE", `a body here is at most ${mebibytes} MiB`, {
        hint: "Send it in parts. POST /v1/tasks:import takes more as application/x-ndjson.",
      });
    },
  });
