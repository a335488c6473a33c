/** The gates of a Makefile: targets that say by their names what they do. */
import type { Gate, GateKind } from "../../model/gate.ts";
import { type BaseTree, type DetectOptions, toolGate } from "./base-tree.ts";

const TARGETS: readonly (readonly [string, GateKind])[] = [
  ["lint", "lint"],
  ["check", "custom"],
  ["build", "build"],
  ["test", "test"],
];

/** lint → check → build → test, those that exist, by their exit codes alone. */
export async function makeGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  for (const file of ["GNUmakefile", "makefile", "Makefile"]) {
    const text = await tree.readFile(file);
    if (text === null) continue;
    return TARGETS.filter(([name]) => new RegExp(`^${name}\\s*:(?!=)`, "m").test(text)).map(([name, kind]) =>
      toolGate({ id: name, kind, run: `make ${name}`, origin: `${file} ${name}` }, options),
    );
  }
  return [];
}
