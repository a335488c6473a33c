import { setTimeout as sleep } from "node:timers/promises";
import type { RunOperation, StoreTarget, StoreWatch } from "../world.ts";

const LOOK_MS = 500;
const NOBODY = { actor: "watch", session: null, idempotencyKey: null };

/** Wakes whoever waits for a server's store to change, whoever writes to it: it asks for its last event now and then. */
export async function watchRemote(run: RunOperation, target: StoreTarget): Promise<StoreWatch> {
  const cursor = async (): Promise<number> => (await run(target, NOBODY, "store.status", {})).data.cursor;
  const state = { seen: await cursor(), closed: false };
  return {
    async next(ms) {
      for (let waited = 0; waited < ms && !state.closed; waited += LOOK_MS) {
        const now = await cursor();
        const changed = now !== state.seen;
        state.seen = now;
        if (changed) return;
        await sleep(Math.min(LOOK_MS, ms - waited));
      }
    },
    close() {
      state.closed = true;
    },
  };
}
