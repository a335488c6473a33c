import { isUtf8 } from "node:buffer";
import { WerkError } from "@taskwerk/contract/errors";
import type { Context } from "hono";
import { firstBadByte } from "../formats/decode-text.ts";

/** A body as a text, without a byte order mark. Throws VALIDATION_FAILED for what is no UTF-8: mended it would be another text. */
export async function bodyText(c: Context): Promise<string> {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (isUtf8(bytes)) return bytes.toString("utf8").replace(/^\uFEFF/, "");
  throw new WerkError("VALIDATION_FAILED", `the body is no UTF-8 near byte ${firstBadByte(bytes, "utf-8")}`, {
    hint: "JSON is sent as UTF-8, whatever the terminal or the file speaks.",
    field: "body",
  });
}
