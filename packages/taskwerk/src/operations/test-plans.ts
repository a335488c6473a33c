/** For tests: how SQLite answers the statements that an operation sends. */

import { expect } from "vitest";
import type { Reader } from "../store/open.ts";
import type { Rig } from "./test-rig.ts";

/** The plan of each statement that `work` sends, by the statement's text. */
export async function plansOf(rig: Rig, work: () => Promise<unknown>): Promise<ReadonlyMap<string, string>> {
  const plans = new Map<string, string>();
  const spy = async (reader: Reader, sql: string, params: readonly (string | number)[] = []) => {
    const rows = await reader.all<{ detail: string }>(`explain query plan ${sql}`, params);
    plans.set(sql, rows.map((row) => row.detail).join("; "));
  };
  const { read, write } = rig.store;
  const watched = <R extends Reader>(reader: R): R => {
    const first =
      <T>(send: (sql: string, params?: readonly (string | number)[]) => Promise<T>) =>
      async (sql: string, params?: readonly (string | number)[]) => {
        await spy(reader, sql, params);
        return send(sql, params);
      };
    return { ...reader, all: first(reader.all), get: first(reader.get), lists: first(reader.lists) } as R;
  };
  Object.assign(rig.store, {
    read: (use: (reader: Reader) => Promise<unknown>) => read((reader) => use(watched(reader))),
    write: (use: (tx: never) => Promise<unknown>) => write((tx) => use(watched(tx) as never)),
  });
  await work();
  Object.assign(rig.store, { read, write });
  return plans;
}

/** The plan of the statement that begins so. */
export const planOf = async (rig: Rig, start: RegExp, work: () => Promise<unknown>): Promise<string> => {
  const plans = await plansOf(rig, work);
  const [, plan] = [...plans].find(([sql]) => start.test(sql.trim())) ?? [];
  return plan ?? expect.fail(`no statement ${start} among ${[...plans.keys()].join("\n")}`);
};
