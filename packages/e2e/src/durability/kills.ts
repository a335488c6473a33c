/** Writers on one store, of whom now this and now that one is killed while it writes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckReport } from "@taskwerk/contract/check";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { makeRig } from "../rig.ts";
import { makeWriter, type Step, type Writer } from "./writer.ts";

const WRITERS = 4;
/** So many commands each writes in peace first. */
const UNDISTURBED = 3;
/** So many are about to die at the same time; one at least is not. */
const KILLERS = 3;
/** So many die on one store: it grows with each, and to check it takes its time. */
const ON_ONE_STORE = 25;

/** How often each of these was met, and how many commands happened in all. */
export type Killed = Readonly<Record<Step, number>> & { readonly commands: number };

/**
 * Kills until `count` commands died. After each the store has to be whole and the writer has to find what it was told, and
 * of the command that died all or nothing; at the end of a store every writer has to. Throws otherwise.
 */
export async function killWriters(count: number, seed: number): Promise<Killed> {
  const sum: Record<keyof Killed, number> = { done: 0, retried: 0, nothing: 0, unsaid: 0, said: 0, commands: 0 };
  for (let store = 0; store * ON_ONE_STORE < count; store += 1) {
    const deaths = Math.min(ON_ONE_STORE, count - store * ON_ONE_STORE);
    const again = `PROOF_SEED=${seed + store} PROOF_COUNT=${deaths}`;
    const killed = await killOnOneStore(deaths, seed + store).catch((error: unknown) => {
      throw new Error(`${again}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
    for (const key of Object.keys(sum) as (keyof Killed)[]) sum[key] += killed[key];
    if (count > ON_ONE_STORE) process.stderr.write(`${again}: ${killed.commands} commands, nothing lost\n`);
  }
  return sum;
}

async function killOnOneStore(count: number, seed: number): Promise<Killed> {
  const rig = await makeRig();
  const random = randomOf(seed);
  const writers = Array.from({ length: WRITERS }, (_, n) =>
    makeWriter(rig, `w${n}`, randomOf(random.int(0, 1_000_000_000))),
  );
  const killed: Record<Step, number> = { done: 0, retried: 0, nothing: 0, unsaid: 0, said: 0 };
  const victims = new Set<Writer>();
  const at = { died: 0, over: false };
  const check = async (): Promise<CheckReport> => rig.data<CheckReport>("db", "check");
  const happened = (): number => writers.reduce((sum, writer) => sum + writer.happened(), 0);

  const write = async (writer: Writer): Promise<void> => {
    while (!at.over) {
      const step = await writer.step();
      if (!victims.has(writer)) continue;
      // Who was faster than his death does not count as dead.
      killed[step] += 1;
      if (step !== "done") {
        at.died += 1;
        await check();
      }
      victims.delete(writer);
    }
  };
  const kill = async (): Promise<void> => {
    while (at.died + victims.size < count && !at.over) {
      const victim = random.pick(writers.filter((writer) => !victims.has(writer)));
      const share = random.int(0, 110) / 100;
      victims.add(victim);
      while (victim.running() === null && !at.over) await sleep(1);
      const running = victim.running();
      if (running === null) break;
      await sleep(Math.max(0, share * victim.usualMs() - (performance.now() - running.sinceMs)));
      running.child.kill("SIGKILL");
      while (victims.has(victim) && !at.over) await sleep(1);
    }
  };
  const killAll = async (): Promise<void> => {
    // Before anybody knows how long a command takes it can only be killed at its start, where nothing is at stake.
    while (writers.some((writer) => writer.happened() < UNDISTURBED) && !at.over) await sleep(1);
    await Promise.all(Array.from({ length: KILLERS }, kill));
    at.over = true;
  };

  try {
    await rig.data("init");
    const parts = [killAll(), ...writers.map(write)].map((part) =>
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
