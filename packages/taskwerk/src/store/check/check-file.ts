import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";

/** What SQLite itself says of the file: pages, indexes, constraints, the index of search; and references that lead nowhere. */
export async function checkFile(reader: Reader): Promise<readonly CheckProblem[]> {
  const lines = await reader.all<{ integrity_check: string }>("pragma integrity_check(100)");
  const keys = await reader.all<{ table: string; rowid: number | null; parent: string }>("pragma foreign_key_check");
  return [
    ...lines
      .filter(({ integrity_check }) => integrity_check !== "ok")
      .map(({ integrity_check }) => ({ check: "file" as const, message: integrity_check })),
    ...keys.slice(0, 100).map(({ table, rowid, parent }) => ({
      check: "keys" as const,
      message: `${table}${rowid === null ? "" : ` row ${rowid}`} refers to something in ${parent} that is not there`,
    })),
  ];
}
