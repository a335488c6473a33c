import { createHash } from "node:crypto";

/** A few letters that stand for a text: the same text gives the same letters, on every machine. */
export const shortHash = (text: string, length: number): string =>
  BigInt(`0x${createHash("sha256").update(text).digest("hex")}`)
    .toString(36)
    .slice(0, length);

/** A text as a name of a-z, 0-9 and dashes, cut between words; what has no such letters gets a hash. */
export function slugOf(text: string, longest = 40): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (plain === "") return `x-${shortHash(text, 6)}`;
  if (plain.length <= longest) return plain;
  const cut = plain.slice(0, longest + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf("-"), longest / 2)).replace(/-+$/, "");
}
