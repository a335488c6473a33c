import { createHmac } from "node:crypto";

/**
 * The headers that make a body a message of Standard Webhooks 1.0.0: its id, the moment of this attempt in seconds, and one
 * signature a secret, `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
 */
export function signed(
  message: { readonly id: string; readonly body: string; readonly at: Date },
  secrets: readonly Buffer[],
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const content = `${message.id}.${timestamp}.${message.body}`;
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets
      .map((secret) => `v1,${createHmac("sha256", secret).update(content).digest("base64")}`)
      .join(" "),
  };
}
