import { statSync } from "node:fs";
import { isWerkError } from "@taskwerk/contract/errors";
import { CONFIG_WEBHOOK_EVENTS, type ConfigWebhook, followConfigWebhooks } from "../store/config-webhooks.ts";
import type { Store } from "../store/open.ts";
import { MODE_SETTING } from "./background.ts";

/** The configuration files, and what they say together. */
export interface Configuration {
  readonly files: readonly string[];
  /** Values by key. Throws CONFIG_INVALID. */
  readonly values: () => Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Makes the store's webhooks those of the configuration, if the files have changed since the store last looked. Where nothing
 * has, that is a look at each file's date and no more. What is wrong with a file is no fault of the command that comes by:
 * the store's webhooks stay as they are, and a notice says why.
 */
export async function followConfig(store: Store, { files, values }: Configuration, now: Date): Promise<void> {
  const state = files.map(stateOf).join(" ").trim();
  if (state === store.outbox.config) return;
  try {
    const said = await values();
    const wanted = Object.fromEntries(
      Object.keys(CONFIG_WEBHOOK_EVENTS).map((key) => [key, (said[key] ?? []) as readonly ConfigWebhook[]]),
    );
    await store.write(async (tx) => {
      await followConfigWebhooks(tx, wanted as Parameters<typeof followConfigWebhooks>[1], now.toISOString());
      for (const [key, value] of [
        ["webhooks_config", state],
        [MODE_SETTING, String(said["webhooks.delivery"] ?? "detached")],
      ] as const) {
        await tx.run(
          "insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
          [key, value],
        );
      }
    });
    store.outbox.config = state;
  } catch (error) {
    if (!isWerkError(error) || error.code !== "CONFIG_INVALID") throw error;
    const why = error.hint === null ? error.message : `${error.message} ${error.hint}`;
    store.notices.push(`webhooks of the configuration are as they were: ${why}`);
  }
}

/** Another text whenever a file is another one; '' where there is none. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : "";
}
