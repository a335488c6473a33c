/** What the journal came to at moments of a run, and whether an export that is cut off there comes to the same. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ran } from "../rig.ts";
import { dataOf } from "./project.ts";

type Conductor = (...args: readonly string[]) => Promise<Ran>;

interface Audited {
  readonly events: number;
  readonly state: string;
}

/** How many prefixes are replayed at most, the longest among them. */
const REPLAYED = 16;
const PAUSE_MS = 500;

/** Asks a run again and again what its journal comes to, from another process, until it is ended. */
export function followStates(conductor: Conductor): { end(): Promise<ReadonlyMap<number, string>> } {
  const states = new Map<number, string>();
  const going = { on: true };
  const follow = async (): Promise<void> => {
    while (going.on) {
      const ran = await conductor("audit", "journal", "--json");
      if (ran.code === 0) {
        const { events, state } = dataOf<Audited>(ran);
        // The same events never come to two states.
        expect(states.get(events) ?? state).toBe(state);
        states.set(events, state);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const done = follow();
  done.catch(() => undefined);
  return {
    async end() {
      going.on = false;
      await done;
      return states;
    },
  };
}

/** Expects that the export, cut off after each of these events, replays to the state that was seen then. */
export async function expectPrefixes(
  conductor: Conductor,
  dir: string,
  states: ReadonlyMap<number, string>,
): Promise<void> {
  const exported = await conductor("events", "--export", "all.ndjson", "--json");
  expect(exported.code, exported.stdout + exported.stderr).toBe(0);
  const [header = "", ...lines] = readFileSync(join(dir, "all.ndjson"), "utf8").trim().split("\n");
  const seen = [...states].filter(([events]) => events > 0).sort(([a], [b]) => b - a);
  expect(seen.length).toBeGreaterThanOrEqual(5);
  const every = Math.ceil(seen.length / REPLAYED);
  for (const [events, state] of seen.filter((_, at) => at % every === 0)) {
    const some = lines.slice(0, events);
    const first = { ...JSON.parse(header), events, head: JSON.parse(some.at(-1)!).hash };
    writeFileSync(join(dir, "prefix.ndjson"), `${[JSON.stringify(first), ...some].join("\n")}\n`);
    const ran = await conductor("audit", "journal", "prefix.ndjson", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(dataOf<Audited>(ran), `events 1 to ${events}`).toMatchObject({ events, state });
  }
}
