import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigValue } from "@taskwerk/config/schema";
import { textOfValue } from "@taskwerk/config/value-text";
import { WerkError } from "@taskwerk/contract/errors";
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
 * Sets a key in a file, or takes it out (null), and says so. The file is replaced in one step. Throws CONFIG_INVALID for a file
 * that could not be read afterwards either, READ_ONLY where it cannot be written.
 */
export async function writeKey(app: App, key: ConfigKey, value: ConfigValue | null, user: boolean): Promise<void> {
  app.refuseWhenReadonly("config set and unset write a file");
  app.checkFields(WRITTEN);
  const file = await fileToWrite(app, user);
  const { editConfig } = await import("@taskwerk/config/edit-config");
  const text = (await textOf(file)) ?? "";
  const before = await readConfigText(text, file, CONFIG_KEYS);
  const edited = editConfig(text, key, value);
  const changed = JSON.stringify(before[key] ?? null) !== JSON.stringify(value);
  if (changed) await replace(file, edited, user, app.world.now().getTime());
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

async function textOf(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new WerkError("CONFIG_INVALID", `${file} cannot be read: ${cause.code}.`, {
      hint: "Where each value comes from:  taskwerk config explain",
      cause,
    });
  });
}

async function replace(named: string, text: string, user: boolean, stamp: number): Promise<void> {
  // A link stays a link.
  const file = await realpath(named).catch(() => named);
  const part = `${file}.${stamp}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const mode = (await stat(file).catch(() => null))?.mode ?? (user ? 0o600 : 0o644);
    await writeFile(part, text, { flag: "wx" });
    await chmod(part, mode & 0o777);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    const { code } = cause as NodeJS.ErrnoException;
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw new WerkError(full ? "STORE_FULL" : "READ_ONLY", `${file} cannot be written: ${code}.`, {
      hint: "Which files there are:  taskwerk config path",
      cause,
    });
  }
}
