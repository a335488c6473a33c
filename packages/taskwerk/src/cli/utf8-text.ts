import { WerkError } from "@taskwerk/contract/errors";

/** The text that these bytes of a pipe or a file are, without a byte order mark. Throws VALIDATION_FAILED for what is no UTF-8: nothing of it is replaced. */
export function utf8Text(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WerkError("VALIDATION_FAILED", `${name} is no UTF-8 text.`, {
      hint: "Make it UTF-8 first, for instance:  iconv -f LATIN1 -t UTF-8",
      cause,
    });
  }
}
