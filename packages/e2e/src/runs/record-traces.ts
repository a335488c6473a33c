/** The recorder of what watches were told in real runs: makes the fixtures that rules about loops are tried on. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where those of healthy agents are kept, for the rules to be tried on. */
export const HEALTHY_FIXTURES = join(import.meta.dirname, "../../../conductor/src/policy/watch/fixtures/healthy");

/** The traces of all conversations of all runs on one machine, by attempt. `home`: its user's. */
export function tracesOf(home: string): ReadonlyMap<string, string> {
  const state = join(home, ".local/state/conductor");
  const found = new Map<string, string>();
  for (const repository of readdirSync(state)) {
    const dir = join(state, repository, "traces");
    for (const name of readable(dir)) found.set(name.replace(/\.jsonl$/, ""), readFileSync(join(dir, name), "utf8"));
  }
  return found;
}

function readable(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}

/** Writes them where they are kept, without what differs from run to run and machine to machine. */
export function keepTraces(dir: string, traces: ReadonlyMap<string, string>, home: string): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of traces) {
    const lines = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.stringify(JSON.parse(line).line).replaceAll(home, "/home/ada"));
    writeFileSync(join(dir, `${name}.jsonl`), `${lines.join("\n")}\n`);
  }
}
