import { WerkError } from "@taskwerk/contract/errors";
import type { openNative } from "./native.ts";
import { sqliteError } from "./sqlite-error.ts";

export type Connection = ReturnType<typeof openNative>;

/**
 * Opens a file, or `content` as it was read from it. Throws what `sqliteError` makes of it, and STORE_UNREADABLE when SQLite is not installed or was built for
 * another Node.
 */
export async function connect(
  file: string,
  options: Parameters<typeof openNative>[1],
  content?: Buffer,
): Promise<Connection> {
  try {
    // Loaded only here, where it can be said that it is missing.
    const native = await import("./native.ts");
    return native.openNative(content ?? file, options);
  } catch (error) {
    if (!isMissing(error)) throw sqliteError(error, file);
    throw new WerkError("STORE_UNREADABLE", `SQLite is not installed for Node ${process.version}.`, {
      cause: error,
      hint: "In a checkout:  node bin/setup.cjs\nInstalled with npm:  npm rebuild better-sqlite3",
    });
  }
}

const MISSING: ReadonlySet<unknown> = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"]);
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && MISSING.has(error.code)) || error.message.startsWith("Could not locate the bindings file"));
