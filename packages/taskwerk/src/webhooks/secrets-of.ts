import { WerkError } from "@taskwerk/contract/errors";
import type { WebhookRow } from "../store/webhook-row.ts";
import { secretBytes } from "../store/webhook-secret.ts";

/**
 * The secrets that sign for a webhook now: its own and, after a rotation, for a while the one before. A variable may hold
 * several, with spaces between, so that there is a rotation there too. Throws WEBHOOK_FAILED where there is none.
 */
export function secretsOf(
  { secret, secret_env, old_secret, old_secret_until }: WebhookRow,
  now: Date,
  env: Readonly<Record<string, string | undefined>>,
): readonly Buffer[] {
  if (secret_env === null) {
    const old = old_secret !== null && (old_secret_until ?? "") > now.toISOString() ? [old_secret] : [];
    return [secret, ...old].flatMap((one) => secretBytes(one) ?? []);
  }
  const words = (env[secret_env] ?? "").split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) throw new WerkError("WEBHOOK_FAILED", `the variable ${secret_env} is not set`);
  return words.map((word) => {
    const bytes = secretBytes(word);
    if (bytes) return bytes;
    throw new WerkError(
      "WEBHOOK_FAILED",
      `the variable ${secret_env} holds no secret: whsec_ and 24 to 64 bytes in base64`,
    );
  });
}
