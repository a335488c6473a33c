import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { setWebhook } from "../../store/edit-webhooks.ts";
import { newWebhookSecret } from "../../store/webhook-secret.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { requireWebhook, withSecret } from "./webhook-of.ts";

/** The secret before signs beside the new one for so long. */
const KEPT_SECONDS = 86_400;

/**
 * Gives a webhook a new secret. For a while its deliveries carry two signatures, so that its receiver can change over in
 * peace. Throws WEBHOOK_NOT_FOUND, and VALIDATION_FAILED where the secret comes from a variable.
 */
export const rotateWebhook: OperationOf<"webhook.rotate"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.RotateWebhook),
  run: (context, { id, keep_seconds = KEPT_SECONDS }) =>
    change(context, "webhook.rotate", { id, keep_seconds }, async (op) => {
      const row = await requireWebhook(op.tx, id);
      if (row.secret_env !== null) {
        throw new WerkError("VALIDATION_FAILED", `the secret of ${id} comes from the variable ${row.secret_env}.`, {
          hint: "It may hold two for a while, with a space between: each of them signs.",
          field: "id",
          given: id,
        });
      }
      if (!Number.isSafeInteger(keep_seconds) || keep_seconds < 0 || keep_seconds > LIMITS.keepSecretSeconds) {
        throw new WerkError("VALIDATION_FAILED", "an old secret is kept for at most 30 days.", {
          field: "keep_seconds",
          given: String(keep_seconds),
        });
      }
      const secret = newWebhookSecret();
      const until = new Date(op.now.getTime() + keep_seconds * 1000).toISOString();
      const old = keep_seconds > 0 ? { old_secret: row.secret, old_secret_until: until } : NONE;
      await setWebhook(op.tx, id, { secret, ...old });
      return { data: await withSecret(op.tx, id, secret) };
    }),
};

const NONE = { old_secret: null, old_secret_until: null };
