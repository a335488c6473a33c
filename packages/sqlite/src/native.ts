import { WerkError } from "@taskwerk/contract/errors";
import type Database from "better-sqlite3";

/**
 * Opens a file with better-sqlite3. Throws what better-sqlite3 throws; STORE_UNREADABLE when it is not installed, or was
 * built for another Node.
 */
export async function openNative(file: string, options: Database.Options): Promise<Database.Database> {
  try {
    const { default: Native } = await import("better-sqlite3");
    return new Native(file, options);
  } catch (error) {
    if (!isMissing(error)) throw error;
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
