import { createHash, randomBytes } from "node:crypto";
import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { SCOPE_NAMES } from "@taskwerk/contract/scopes";
import { type MakeToken, printBearer } from "@taskwerk/contract/token";
import { findTask } from "../../store/find-task.ts";
import { findToken, insertToken, shownToken } from "../../store/tokens.ts";
import type { OperationOf } from "../operation.ts";

/**
 * Makes a token. Its answer is the only one that holds it, so that answer is not kept: an idempotency key is USAGE. It is no
 * change of a task, so no log and no undo know of it. Throws VALIDATION_FAILED, TASK_NOT_FOUND.
 */
export const addToken: OperationOf<"token.add"> = {
  input: () => import("@taskwerk/contract/token").then((m) => m.MakeToken),
  async run({ store, actor, idempotencyKey, now, newUid }, input) {
    if (idempotencyKey !== null) {
      throw new WerkError("USAGE", "a token is shown once, so its answer is kept under no key.", {
        hint: "Leave the idempotency key out.",
        field: "idempotency-key",
      });
    }
    check(input);
    const { scope, task, expires_in_s: seconds } = input;
    const at = now();
    const id = newUid().slice(-10).toLowerCase();
    const secret = randomBytes(32).toString("base64url");
    const row = await store.write(async (tx) => {
      const found = task === undefined ? null : await findTask(tx, store.prefix, task, "task");
      await insertToken(tx, {
        id,
        hash: createHash("sha256").update(secret).digest("hex"),
        scope,
        task: found?.seq ?? null,
        name: input.name?.trim() ?? (found ? `agent-${found.id}` : `token-${id}`),
        at: at.toISOString(),
        by: actor,
        expires_at: seconds === undefined ? null : new Date(at.getTime() + seconds * 1000).toISOString(),
      });
      return (await findToken(tx, id))!;
    });
    return { data: { ...shownToken(row, at.toISOString()), token: printBearer(id, secret) } };
  },
};

function check({ scope, task, name, expires_in_s: seconds }: MakeToken): void {
  const refuse = (field: string, message: string, given?: string): WerkError =>
    new WerkError("VALIDATION_FAILED", message, { field, ...(given === undefined ? {} : { given }) });
  if (!SCOPE_NAMES.includes(scope)) throw refuse("scope", `a scope is one of ${SCOPE_NAMES.join(", ")}.`, scope);
  if ((scope === "task") !== (task !== undefined)) {
    throw refuse("task", scope === "task" ? "that scope needs its task." : `the scope ${scope} has no task.`, task);
  }
  if (name !== undefined && (name.trim() === "" || name.length > LIMITS.word || /[^ -~]/.test(name))) {
    throw refuse("name", `a name is 1 to ${LIMITS.word} plain characters.`, name.slice(0, 100));
  }
  if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds >= 1 && seconds <= LIMITS.tokenSeconds)) {
    throw refuse("expires_in_s", "a token lives from one second to ten years, or without end.", String(seconds));
  }
}
