/** The message of a commit that brings landed work onto another commit than the one it landed on. Pure. */
import { LANDED_AS } from "../model/landed-as.ts";
import type { LandingMessage } from "./message.ts";

/**
 * What its landing said, with the commit that it landed as. Its receipts were about another tree: those are taken out, and come in
 * that are about this one; none where this tree was not judged by itself.
 */
export function pickMessage(
  landed: string,
  { landing, receipts }: Pick<LandingMessage, "receipts"> & { readonly landing: string },
): string {
  const kept = landed
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("Receipt: "));
  const own = receipts.map(({ id, gate, result }) => `Receipt: ${gate} ${result} ${id}`);
  return `${[...kept, `${LANDED_AS}: ${landing}`, ...own].join("\n")}\n`;
}
