import { WerkError } from "@taskwerk/contract/errors";
import type { Reader, Tx } from "@taskwerk/sqlite/database";

/** Makes the session when it is new, and begins it again when it had ended; true then. */
export async function ensureSession(tx: Tx, id: string, actor: string, at: string): Promise<boolean> {
  const made = await tx.run(
    `insert into sessions (id, started_at, actor) values (?, ?, ?)
     on conflict (id) do update set ended_at = null where ended_at is not null`,
    [id, at, actor],
  );
  return made > 0;
}

/** Throws SESSION_NOT_FOUND for a session that no change ever named. */
export async function requireSession(reader: Reader, id: string): Promise<void> {
  if (await reader.get("select 1 from sessions where id = ?", [id])) return;
  const recent = await reader.all<{ id: string }>("select id from sessions order by started_at desc, id limit 3");
  throw new WerkError("SESSION_NOT_FOUND", `there is no session "${id}".`, {
    hint: "See what there is:  taskwerk session list\nA session begins with the first change made with --session.",
    field: "session",
    given: id,
    candidates: recent.map((row) => row.id),
  });
}
