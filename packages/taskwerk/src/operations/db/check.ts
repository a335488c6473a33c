import type { CheckProblem, CheckReport } from "@taskwerk/contract/check";
import { isWerkError } from "@taskwerk/contract/errors";
import { checkChain } from "../../store/check/check-chain.ts";
import { checkCounters } from "../../store/check/check-counters.ts";
import { checkFile } from "../../store/check/check-file.ts";
import { checkRows } from "../../store/check/check-rows.ts";
import { checkSearch } from "../../store/check/check-search.ts";
import { openStore, type Reader } from "../../store/open.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

const MOST = 100;

/**
 * Looks for damage and for what was tampered with: the file, references, the hash chain of the log, rows against the log,
 * counters against what they count, search against the rows. Changes nothing, and goes on where one of them cannot.
 */
export const checkDb: OperationOf<"db.check"> = {
  input: () => import("@taskwerk/contract/no-input").then((m) => m.NoInput),
  run: async (context) => {
    // A connection that searched before takes what others wrote since for damage: FTS5 keeps what it read, and its check does not ask.
    const store = await openStore(context.store.dir, { readonly: true });
    try {
      return await look({ ...context, store }, async (reader) => {
        const problems: CheckProblem[] = [];
        for (const [name, check] of CHECKS) problems.push(...(await checked(name, () => check(reader))));
        return {
          data: {
            ok: problems.length === 0,
            store: store.dir,
            ...(await sizes(reader)),
            problems: problems.slice(0, MOST),
          },
        };
      });
    } finally {
      await store.close();
    }
  },
};

const CHECKS: readonly (readonly [CheckProblem["check"], (reader: Reader) => Promise<readonly CheckProblem[]>])[] = [
  ["file", checkFile],
  ["chain", checkChain],
  ["rows", checkRows],
  ["counters", checkCounters],
  ["search", checkSearch],
];

/** A check that damage keeps from its end is a problem too, and no reason to leave the others out. */
async function checked(
  name: CheckProblem["check"],
  check: () => Promise<readonly CheckProblem[]>,
): Promise<readonly CheckProblem[]> {
  try {
    return await check();
  } catch (error) {
    if (isWerkError(error) && error.code === "STORE_BUSY") throw error;
    const message = error instanceof Error ? error.message : String(error);
    return [{ check: name, message: `could not be looked at: ${message}` }];
  }
}

async function sizes(reader: Reader): Promise<Pick<CheckReport, "tasks" | "ops" | "changes" | "events">> {
  const count = async (table: string): Promise<number> => {
    try {
      return (await reader.get<{ n: number }>(`select count(*) as n from ${table}`))!.n;
    } catch {
      return 0;
    }
  };
  return {
    tasks: await count("tasks"),
    ops: await count("ops"),
    changes: await count("changes"),
    events: await count("events"),
  };
}
