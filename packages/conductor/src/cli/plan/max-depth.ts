import { WerkError } from "@taskwerk/contract/errors";

/** Levels of tasks that can be asked for. */
const DEEPEST = 10;

/** What `--max-depth` says; `fallback` where it was not given. Throws USAGE. */
export function maxDepthOf<T>(given: string | undefined, fallback: T): number | T {
  if (given === undefined) return fallback;
  const depth = Number(given);
  if (/^\d+$/.test(given) && depth >= 1 && depth <= DEEPEST) return depth;
  throw new WerkError("USAGE", `--max-depth: "${given}" is not a whole number from 1 to ${DEEPEST}.`, {
    hint: "1 is a flat list, 3 is groups, tasks and parts:  --max-depth 3",
    field: "max-depth",
    given,
  });
}
