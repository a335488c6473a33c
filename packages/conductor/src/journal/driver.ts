/** Who drives this repository: at most one conductor, known by process id, start time and boot. */
import type { Reader, Tx } from "@taskwerk/sqlite/database";

export interface Driver {
  readonly pid: number;
  /** Clock ticks since boot; null where that is not known. */
  readonly startTime: string | null;
  readonly bootId: string | null;
  /** Tells two conductors of one process apart. */
  readonly holder: string;
  readonly session: string | null;
  /** RFC 3339. */
  readonly since: string;
}

/** `held`: somebody else who is alive drives. `previous`: who drove before and is dead, so that recovery knows. */
export type DriverClaim =
  | { readonly kind: "acquired"; readonly previous: Driver | null }
  | { readonly kind: "held"; readonly by: Driver };

interface DriverRow {
  readonly pid: number;
  readonly start_time: string | null;
  readonly boot_id: string | null;
  readonly holder: string;
  readonly session: string | null;
  readonly since: string;
}

/** Who is written down, dead or alive. */
export async function readDriver(reader: Reader): Promise<Driver | null> {
  const row = await reader.get<DriverRow>("select * from driver");
  if (row === undefined) return null;
  const { pid, start_time, boot_id, holder, session, since } = row;
  return { pid, startTime: start_time, bootId: boot_id, holder, session, since };
}

/** Takes the place of `expected` (null = nobody); false when somebody else was quicker. */
export async function replaceDriver(tx: Tx, expected: Driver | null, next: Driver): Promise<boolean> {
  const now = await readDriver(tx);
  if ((now?.holder ?? null) !== (expected?.holder ?? null)) return false;
  await tx.run(
    `insert into driver (one, pid, start_time, boot_id, holder, session, since) values (1, ?, ?, ?, ?, ?, ?)
     on conflict (one) do update set pid = excluded.pid, start_time = excluded.start_time, boot_id = excluded.boot_id,
       holder = excluded.holder, session = excluded.session, since = excluded.since`,
    [next.pid, next.startTime, next.bootId, next.holder, next.session, next.since],
  );
  return true;
}

/** Gives the place up; nothing happens when somebody else has it. */
export async function removeDriver(tx: Tx, holder: string): Promise<void> {
  await tx.run("delete from driver where holder = ?", [holder]);
}
