/** What a merge would bring to the tip, held against what people were asked about in the work. */
import type { Verdict } from "../model/decision.ts";
import type { Change } from "../policy/action.ts";
import { decide, type PolicySettings } from "../policy/decide.ts";
import type { RunContext } from "./context.ts";
import { gatherChange } from "./gather-change.ts";

export interface Unseen {
  /** A sentence when there is more than people were asked about, or what nobody may bring. */
  readonly problem: string | null;
  /** What people were asked about in it. */
  readonly paths: readonly string[];
}

/**
 * A merge that nobody made by hand may bring to the tip only what people were asked about, or need not be asked about: whatever
 * policy finds in the way from `tip` to `tree`, it must have found in `change`, the work on its own base.
 */
export async function whatNobodySaw(
  { repository, secrets, settings, gateSets }: Pick<RunContext, "repository" | "secrets" | "settings" | "gateSets">,
  { tip, tree, change }: { readonly tip: string; readonly tree: string; readonly change: Change },
): Promise<Unseen> {
  const commands = (await gateSets(tip)).gates.map(({ run }) => run);
  const merged = await gatherChange(repository, { base: tip, work: tree, secrets, commands });
  const verdicts = verdictsOn(merged.change, settings.policy);
  const paths = verdicts.flatMap((one) => (one.kind === "ask" ? one.paths : []));
  const denied = verdicts.find((one) => one.kind === "deny");
  if (denied !== undefined) return { problem: `the merge is refused: ${denied.reason}`, paths };
  const asked = new Set(verdictsOn(change, settings.policy).flatMap(evidenceOf));
  const more = new Set(verdicts.flatMap(evidenceOf).filter((line) => !asked.has(line)));
  return { problem: more.size === 0 ? null : `nobody was asked about it: ${[...more].slice(0, 3).join("; ")}`, paths };
}

const verdictsOn = (change: Change, policy: PolicySettings): readonly Verdict[] =>
  (["judge", "land"] as const).map((kind) => decide({ kind, change }, policy));

/** How many lines a change has is no other question when some of them fall elsewhere. */
const evidenceOf = (verdict: Verdict): readonly string[] =>
  verdict.kind === "ask" ? verdict.evidence.map((line) => (line.startsWith("diff-size:") ? "diff-size" : line)) : [];
