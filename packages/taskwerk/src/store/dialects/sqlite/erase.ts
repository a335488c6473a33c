/**
 * What makes a purge reach the file: from the first on SQLite writes zeros over all that it gives up
 * (https://sqlite.org/pragma.html#pragma_secure_delete), and the last writes the index of search anew, without the words of
 * what was taken out of it (https://sqlite.org/fts5.html#the_optimize_command). What was given up before stays in free space
 * until the file is written anew.
 */
export const ERASE = {
  begin: "pragma secure_delete = on",
  search: "insert into task_fts (task_fts) values ('optimize')",
  end: "pragma secure_delete = off",
} as const;
