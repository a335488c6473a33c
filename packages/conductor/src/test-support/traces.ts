/** For tests: what a watch was told in a conversation, read back from a trace and told again to a new watch. */
import { readFileSync } from "node:fs";
import type { LoopLimits, LoopNotice } from "../model/loop.ts";
import { createWatch } from "../policy/watch/watch.ts";
import type { Told } from "../run/traced-watch.ts";

/** The lines of a trace file. */
export const readTrace = (path: string): readonly Told[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Told | { readonly line: Told })
    .map((one) => ("line" in one ? one.line : one));

/** What a watch says of it: each notice with the number of the line at which it came, from 0. */
export function replay(
  told: readonly Told[],
  limits: Partial<LoopLimits> = {},
): readonly (LoopNotice & { readonly line: number })[] {
  const first = told.find((one) => "tree" in one);
  const watch = createWatch({ limits, tree: first === undefined ? null : first.tree });
  return told.flatMap((one, line) => {
    const notice = tell(watch, one);
    return notice === null ? [] : [{ ...notice, line }];
  });
}

function tell(watch: ReturnType<typeof createWatch>, told: Told): LoopNotice | null {
  if ("event" in told) return watch.observe(told.event, told.ms);
  if ("tree" in told) return watch.tree(told.tree, told.ms);
  if ("quiet" in told) return watch.quiet(told.ms, told.busy);
  watch.humanSpoke(told.ms < 0 ? undefined : told.ms);
  return null;
}
