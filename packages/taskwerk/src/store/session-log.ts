import type { Page } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import type { Session } from "@taskwerk/contract/session";
import type { Reader, SqlValue } from "@taskwerk/sqlite/database";
import { IS_UNDONE } from "./op-log.ts";

const COLUMNS = `s.id, s.started_at, s.ended_at, s.actor,
  (select count(*) from ops o where o.session = s.id) as ops,
  (select count(*) from ops o where o.session = s.id and ${IS_UNDONE}) as undone,
  (select count(*) from task_sessions t where t.session = s.id) as tasks`;

/** A session in numbers; undefined when there is none of that name. */
export const sessionNamed = (reader: Reader, id: string): Promise<Session | undefined> =>
  reader.get<Session>(`select ${COLUMNS} from sessions s where s.id = ?`, [id]);

/** One page of sessions, the newest first. `limit` 0 is all of them. Throws INVALID_QUERY. */
export async function listSessions(
  reader: Reader,
  active: boolean,
  limit: number,
  cursor?: string,
): Promise<{ readonly sessions: readonly Session[]; readonly page: Page }> {
  const open = active ? "s.ended_at is null" : "true";
  const after = cursor === undefined ? null : readCursor(cursor);
  const total = await reader.get<{ n: number }>(`select count(*) as n from sessions s where ${open}`);
  const rows = await reader.all<Session>(
    `select ${COLUMNS} from sessions s where ${open}${after ? " and (s.started_at, s.id) < (?, ?)" : ""}
     order by s.started_at desc, s.id desc${limit > 0 ? " limit ?" : ""}`,
    [...(after ?? []), ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && rows.length > limit;
  const sessions = truncated ? rows.slice(0, limit) : rows;
  const last = sessions.at(-1);
  return {
    sessions,
    page: {
      returned: sessions.length,
      total: total!.n,
      truncated,
      cursor: truncated && last ? Buffer.from(JSON.stringify([last.started_at, last.id])).toString("base64url") : null,
    },
  };
}

function readCursor(text: string): readonly SqlValue[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(key) && key.length === 2 && key.every((one) => typeof one === "string")) return key;
  } catch {
    // Falls through to the error below.
  }
  throw new WerkError("INVALID_QUERY", "the cursor is not one that this list gave.", {
    hint: "Begin without a cursor.",
    field: "cursor",
    given: text.slice(0, 100),
  });
}
