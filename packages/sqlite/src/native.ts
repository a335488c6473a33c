import Database from "better-sqlite3";

/** Opens a file with better-sqlite3. Throws what better-sqlite3 throws. */
export const openNative = (file: string, options: Database.Options): Database.Database => new Database(file, options);
