import Database from "better-sqlite3";

/** Opens a file, or one that was read already, with better-sqlite3. Throws what better-sqlite3 throws. */
export const openNative = (file: string | Buffer, options: Database.Options): Database.Database =>
  new Database(file, options);
