import { readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigValue } from "@taskwerk/config/schema";
import { textOfValue } from "@taskwerk/config/value-text";
import type { View } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import { CONFIG_KEYS, type ConfigKey } from "../config-keys.ts";
import { fileToWrite } from "./config-places.ts";

interface WrittenKey {
  readonly key: string;
  /** null: it is not set there any more. */
  readonly value: ConfigValue | null;
  readonly file: string;
  /** False where it was so already. */
  readonly changed: boolean;
}

/**
 * Sets a key in a file, or takes it out (null), and says so. Edits at the same time come one after the other, and
 * what is said to be set is on the disk. Throws CONFIG_INVALID for a file
 * that could not be read afterwards either, READ_ONLY where it cannot be written.
 */
export async function writeKey(app: App, key: ConfigKey, value: ConfigValue | null, user: boolean): Promise<void> {
  app.refuseWhenReadonly("config set and unset write a file");
  app.checkFields(WRITTEN);
  const file = await fileToWrite(app, user);
  const { editConfig } = await import("@taskwerk/config/edit-config");
  let changed = false;
  await app.world.editFile(file, user ? 0o600 : 0o644, async (text) => {
    const before = await readConfigText(text ?? "", file, CONFIG_KEYS);
    const edited = editConfig(text ?? "", key, value);
    changed = JSON.stringify(before[key] ?? null) !== JSON.stringify(value);
    return changed ? edited : null;
  });
  app.show<WrittenKey>(value === null ? "config.unset" : "config.set", { key, value, file, changed }, WRITTEN);
}

const WRITTEN: View<WrittenKey> = {
  fields: ["key", "value"],
  known: ["key", "value", "file", "changed"],
  ids: ({ key }) => [key],
  piped: "screen",
  screen(output, { data: { key, value, file, changed } }) {
    const said = value === null ? "not set" : textOfValue(value);
    output.line(`${key} is ${said} ${changed ? "now" : "already"}, in `, file);
  },
};
