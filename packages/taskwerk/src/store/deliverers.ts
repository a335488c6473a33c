import { processStart } from "@taskwerk/contract/process-start";
import type { Store } from "./open.ts";

/** server: the API server, while it runs. detached: a process that a command left behind. One of each at most. */
export type DelivererRole = "server" | "detached";

/** A process as the store names it: its pid, and when it began, so that a later one of the same pid is another one. */
export const holderOf = async (pid: number): Promise<string> => `${pid} ${(await processStart(pid)) ?? ""}`;

/** True while that process lives. */
export async function isHolderAlive(holder: string): Promise<boolean> {
  const [pid = "", ...start] = holder.split(" ");
  return (await processStart(Number(pid))) === start.join(" ");
}

/** Who has a role, if that process lives. */
export async function delivererOf(store: Store, role: DelivererRole): Promise<string | null> {
  const row = await store.read((reader) =>
    reader.get<{ holder: string }>("select holder from deliverers where role = ?", [role]),
  );
  return row && (await isHolderAlive(row.holder)) ? row.holder : null;
}

/** Takes a role, unless a living process has it: of those that try at once one gets it. */
export async function takeRole(store: Store, role: DelivererRole, holder: string): Promise<boolean> {
  const row = await store.read((reader) =>
    reader.get<{ holder: string }>("select holder from deliverers where role = ?", [role]),
  );
  if (row && row.holder !== holder && (await isHolderAlive(row.holder))) return false;
  const taken = await store.write((tx) =>
    tx.run(
      `insert into deliverers (role, holder) values (?, ?)
       on conflict (role) do update set holder = excluded.holder where deliverers.holder = ?`,
      [role, holder, row?.holder ?? ""],
    ),
  );
  return taken > 0;
}

/** Gives a role back. */
export const leaveRole = async (store: Store, role: DelivererRole, holder: string): Promise<void> => {
  await store.write((tx) => tx.run("delete from deliverers where role = ? and holder = ?", [role, holder]));
};
