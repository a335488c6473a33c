import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";

/** Tasks that search would never find, and entries of search that belong to none. */
export async function checkSearch(reader: Reader): Promise<readonly CheckProblem[]> {
  const missing = await reader.all<{ id: string }>(
    "select id from tasks where purged_at is null and seq not in (select id from task_fts_docsize) limit 100",
  );
  const left = await reader.all<{ id: number }>(
    "select id from task_fts_docsize where id not in (select seq from tasks where purged_at is null) limit 100",
  );
  return [
    ...missing.map(({ id }) => `search does not know ${id}`),
    ...left.map(({ id }) => `search knows an entry ${id} that is no task`),
  ].map((message) => ({ check: "search", message }));
}
