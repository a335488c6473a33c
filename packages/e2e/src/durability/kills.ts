/** Writers on one store, of whom one after the other is killed while it writes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckReport } from "@taskwerk/contract/check";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { makeRig } from "../rig.ts";
import { makeWriter, type Step, type Writer } from "./writer.ts";

const WRITERS = 4;

/** How often each of these was met, and how many commands happened in all. */
export type Killed = Readonly<Record<Step, number>> & { readonly commands: number };

/**
 * Kills until `count` commands died. After each the store has to be whole and the writer has to find what it was told, and
 * of the command that died all or nothing; at the end every writer has to. Throws otherwise.
 */
export async function killWriters(count: number, seed: number): Promise<Killed> {
  const rig = await makeRig();
  const random = randomOf(seed);
  const writers = Array.from({ length: WRITERS }, (_, n) =>
    makeWriter(rig, `w${n}`, randomOf(random.int(0, 1_000_000_000))),
  );
  const killed: Record<Step, number> = { done: 0, retried: 0, nothing: 0, unsaid: 0, said: 0 };
  const at = { victim: null as Writer | null, died: 0, over: false };
  const check = async (): Promise<CheckReport> => rig.data<CheckReport>("db", "check");
  const happened = (): number => writers.reduce((sum, writer) => sum + writer.happened(), 0);

  const write = async (writer: Writer): Promise<void> => {
    while (!at.over) {
      const step = await writer.step();
      if (at.victim !== writer) continue;
      // Who was faster than his death does not count as dead.
      killed[step] += 1;
      if (step !== "done") {
        at.died += 1;
        await check();
      }
      at.victim = null;
    }
  };
  const kill = async (): Promise<void> => {
    while (at.died < count && !at.over) {
      const victim = random.pick(writers);
      const share = random.int(0, 110) / 100;
      at.victim = victim;
      while (victim.running() === null && !at.over) await sleep(1);
      const running = victim.running();
      if (running === null) break;
      await sleep(Math.max(0, share * victim.usualMs() - (performance.now() - running.sinceMs)));
      running.child.kill("SIGKILL");
      while (at.victim !== null && !at.over) await sleep(1);
    }
    at.over = true;
  };

  try {
    await rig.data("init");
    const parts = [kill(), ...writers.map(write)].map((part) =>
      part.catch((error: unknown) => {
        at.over = true;
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(parts)).find((part) => part.status === "rejected");
    if (failed) throw failed.reason;
    for (const writer of writers) await writer.verify();
    const { ops } = await check();
    if (ops !== happened()) throw new Error(`${happened()} commands happened, and the log has ${ops}`);
    return { ...killed, commands: ops };
  } finally {
    at.over = true;
    await rig.remove();
  }
}
