/** Finds the gates that a base tree brings, for every kind of project it knows. */
import type { Gate } from "../../model/gate.ts";
import type { BaseTree, DetectOptions } from "./base-tree.ts";
import { cargoGates } from "./cargo.ts";
import { goGates } from "./go.ts";
import { makeGates } from "./make.ts";
import { npmGates } from "./npm.ts";
import { pythonGates } from "./python.ts";

const KINDS = [
  ["npm", npmGates],
  ["python", pythonGates],
  ["go", goGates],
  ["cargo", cargoGates],
] as const;

/**
 * The gates of a base tree. Where it is of several kinds at once, those of the second and further ones have their kind
 * before their name (`go:test`). A Makefile counts where nothing else was found: it mostly calls the same tools.
 */
export async function detectGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  const found = (
    await Promise.all(KINDS.map(async ([kind, gates]) => ({ kind, gates: await gates(tree, options) })))
  ).filter(({ gates }) => gates.length > 0);
  if (found.length === 0) return makeGates(tree, options);
  return found.flatMap(({ kind, gates }, at) =>
    at === 0 ? gates : gates.map((gate) => ({ ...gate, id: `${kind}:${gate.id}` })),
  );
}
