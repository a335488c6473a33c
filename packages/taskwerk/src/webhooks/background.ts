import { spawn } from "node:child_process";
import { delivererOf } from "../store/deliverers.ts";
import type { Store } from "../store/open.ts";

/** Who delivers: whoever can, only the API server, or nobody but `webhook deliver`. */
export type DeliveryMode = "detached" | "server" | "off";

/** The setting that holds the mode, as the configuration has it. */
export const MODE_SETTING = "webhooks_delivery";

/** The mode of a store. */
export async function deliveryMode(store: Store): Promise<DeliveryMode> {
  const row = await store.read((reader) =>
    reader.get<{ value: DeliveryMode }>("select value from settings where key = ?", [MODE_SETTING]),
  );
  return row?.value ?? "detached";
}

/**
 * Leaves a process behind that sends what is due, unless one is there or the API server runs. It says nothing, and this
 * process does not wait for it. Whoever leaves looks once more after it gave up its role, so nothing written before this is
 * called is missed.
 */
export async function deliverInBackground(
  store: Store,
  program: readonly [string, ...(readonly string[])],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if ((await deliveryMode(store)) !== "detached") return;
  if ((await delivererOf(store, "server")) || (await delivererOf(store, "detached"))) return;
  const [command, ...before] = program;
  const child = spawn(command, [...before, "webhook", "deliver", "--alone", "--json", "--store", store.dir], {
    detached: true,
    stdio: "ignore",
    cwd: store.dir,
    env: env as NodeJS.ProcessEnv,
  });
  // What it would have sent waits for the next one.
  child.on("error", () => undefined);
  child.unref();
}
