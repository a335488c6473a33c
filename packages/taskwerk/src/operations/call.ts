import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import { checkCall } from "../core/call-words.ts";
import { listed } from "./index.ts";
import type { OperationContext } from "./operation.ts";

/** Does one operation and puts its answer into the envelope. Throws WerkError. */
export async function callOperation<N extends OperationName>(
  context: OperationContext,
  name: N,
  input: Operations[N]["input"],
): Promise<Success<Operations[N]["output"]>> {
  const started = context.now().getTime();
  checkCall(context);
  const operation = await listed(name).load();
  const {
    data,
    page,
    warnings = [],
    meta,
  } = await operation.run({ ...context, others: (other) => listed(other).load() }, input);
  return {
    ok: true,
    v: 1,
    kind: name,
    data: data as Operations[N]["output"],
    ...(page ? { page } : {}),
    warnings,
    meta: {
      store: context.store.dir,
      session: context.session,
      ms: context.now().getTime() - started,
      ...meta,
    },
  };
}
