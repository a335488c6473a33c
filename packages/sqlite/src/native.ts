import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";

/**
 * Opens a file with better-sqlite3, naming its compiled part by path: that spares the search for it at every start.
 * Where it does not lie at the usual place, the package looks for it itself. Throws what better-sqlite3 throws.
 */
export function openNative(file: string, options: Database.Options): Database.Database {
  const nativeBinding = bindingPath();
  return new Database(file, nativeBinding === null ? options : { ...options, nativeBinding });
}

function bindingPath(): string | null {
  try {
    const resolve = createRequire(import.meta.url).resolve;
    const path = join(dirname(resolve("better-sqlite3/package.json")), "build/Release/better_sqlite3.node");
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
