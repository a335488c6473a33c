import type { Reader } from "@taskwerk/sqlite/database";

/** How many tasks no list shows, and why; what was purged is gone and does not count. */
export async function countHidden(reader: Reader): Promise<{ readonly archived: number; readonly deleted: number }> {
  const row = await reader.get<{ archived: number; deleted: number }>(
    `select (select count(*) from tasks where archived_at is not null and deleted_at is null) as archived,
       (select count(*) from tasks where deleted_at is not null and purged_at is null) as deleted`,
  );
  return row!;
}
