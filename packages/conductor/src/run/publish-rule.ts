/** What policy says of giving to others what has landed. Pure. */
import { branchOf } from "../model/branch-of.ts";
import type { Verdict } from "../model/decision.ts";
import { decide, type PolicySettings } from "../policy/decide.ts";

/** `target`: the ref that would move up to `integration`. */
export const publishVerdict = (
  { target, integration }: { readonly target: string; readonly integration: string },
  settings: PolicySettings,
): Verdict => decide({ kind: "publish", what: branchOf(integration), target: branchOf(target) }, settings);
