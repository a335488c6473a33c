import type { ScopeName } from "@taskwerk/contract/scopes";
import type { ApiToken } from "@taskwerk/contract/token";
import type { Reader, Tx } from "@taskwerk/sqlite/database";

/** A token as it lies in the store: with what its secret hashes to (SHA-256, hexadecimal). */
export interface TokenRow {
  readonly id: string;
  readonly hash: string;
  readonly scope: ScopeName;
  /** Display id and uid of the task that it is for. */
  readonly task: string | null;
  readonly task_uid: string | null;
  readonly name: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
}

const SELECT = `select k.id, k.hash, k.scope, t.id as task, t.uid as task_uid, k.name, k.created_at, k.created_by,
  k.expires_at, k.revoked_at, k.revoked_by from tokens k left join tasks t on t.seq = k.task`;

/** The token of that id. */
export const findToken = (reader: Reader, id: string): Promise<TokenRow | undefined> =>
  reader.get<TokenRow>(`${SELECT} where k.id = ?`, [id]);

/** The newest first; those that can no longer be used only on demand. */
export const tokensAt = (reader: Reader, at: string, all: boolean): Promise<TokenRow[]> =>
  reader.all<TokenRow>(
    `${SELECT} where ? or (k.revoked_at is null and (k.expires_at is null or k.expires_at > ?))
     order by k.created_at desc, k.id desc`,
    [all ? 1 : 0, at],
  );

/** What is kept of a new token; `task` is the number of its row. */
export interface AddedToken {
  readonly id: string;
  readonly hash: string;
  readonly scope: ScopeName;
  readonly task: number | null;
  readonly name: string;
  readonly at: string;
  readonly by: string;
  readonly expires_at: string | null;
}

/** Keeps it. */
export async function insertToken(tx: Tx, { id, hash, scope, task, name, at, by, expires_at }: AddedToken) {
  await tx.run(
    "insert into tokens (id, hash, scope, task, name, created_at, created_by, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
    [id, hash, scope, task, name, at, by, expires_at],
  );
}

/** Ends it; one that is revoked already stays as it is. */
export async function revokeToken(tx: Tx, id: string, at: string, by: string): Promise<void> {
  await tx.run("update tokens set revoked_at = ?, revoked_by = ? where id = ? and revoked_at is null", [at, by, id]);
}

/** As it is shown: without its hash, with what it is at that moment. */
export function shownToken({ hash: _, task_uid: __, ...row }: TokenRow, at: string): ApiToken {
  const over = row.expires_at !== null && row.expires_at <= at;
  return { ...row, state: row.revoked_at !== null ? "revoked" : over ? "expired" : "live" };
}
