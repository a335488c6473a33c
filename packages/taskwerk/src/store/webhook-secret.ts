import { randomBytes } from "node:crypto";

/** What a secret of Standard Webhooks begins with. */
const PREFIX = "whsec_";
const [LEAST_BYTES, MOST_BYTES, OUR_BYTES] = [24, 64, 32];

/** A new secret: `whsec_` and 32 random bytes in base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(OUR_BYTES).toString("base64");

/** The bytes of a secret; null for what is none: `whsec_` and 24 to 64 bytes in base64. */
export function secretBytes(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX)) return null;
  const text = secret.slice(PREFIX.length);
  const bytes = Buffer.from(text, "base64");
  const whole = bytes.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  return whole && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES ? bytes : null;
}
