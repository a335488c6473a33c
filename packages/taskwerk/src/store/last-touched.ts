import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";

/** The task that an actor changed last, in a session where one is given. Throws TASK_NOT_FOUND when there is none. */
export async function lastTouched(
  reader: Reader,
  actor: string,
  session: string | null,
): Promise<{ readonly id: string }> {
  // From the end of the log backwards: what is looked for is nearly always among the last.
  const row = await reader.get<{ id: string }>(
    `select t.id from changes c cross join ops o on o.seq = c.op cross join tasks t on t.uid = c.subject
     where o.actor = ?${session === null ? "" : " and o.session = ?"} and t.deleted_at is null order by c.seq desc limit 1`,
    session === null ? [actor] : [actor, session],
  );
  if (row) return row;
  const where = session === null ? "" : ` in the session ${session}`;
  throw new WerkError("TASK_NOT_FOUND", `@last: ${actor} has changed no task${where}.`, {
    hint: "See what there is:  taskwerk list",
    field: "id",
    given: "@last",
  });
}
