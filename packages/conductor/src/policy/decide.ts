/** What may happen by itself, what a person decides, what never happens. Pure: rules in order; deny > ask > allow; unknown asks. */
import type { Verdict } from "../model/decision.ts";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";
import { covers, type RememberedRule } from "../model/remembered.ts";
import type { Action, Change } from "./action.ts";
import { NEVER_LIFTED, type Preset } from "./preset.ts";
import { DEFAULT_APPROVAL_FOR, PROTECTED_CLASSES, type ProtectedClasses, protectedHits } from "./protected.ts";
import { type Effect, ruleHolds, type UserRule } from "./user-rule.ts";

export interface PolicySettings {
  readonly preset: Preset;
  /** Names of protected classes that ask. */
  readonly requireApprovalFor: readonly string[];
  readonly classes: ProtectedClasses;
  /** More changed lines than this ask; null = no limit. */
  readonly maxDiffLines: number | null;
  readonly rules: readonly UserRule[];
  /** What somebody has said yes to for the rest of this run. */
  readonly remembered: readonly RememberedRule[];
}

export const DEFAULT_POLICY: PolicySettings = {
  preset: "standard",
  requireApprovalFor: DEFAULT_APPROVAL_FOR,
  classes: PROTECTED_CLASSES,
  maxDiffLines: 5_000,
  rules: [],
  remembered: [],
};

/** What one rule has found. */
interface Finding {
  readonly effect: Effect;
  readonly rule: string;
  readonly reason: string;
  readonly paths: readonly string[];
}

/** The same, with where the rule comes from. */
export interface Weighed extends Finding {
  readonly from: "built-in" | "your file";
  /** Why it does not count: what was said to it for the whole run, or a rule of the user's that takes its place. */
  readonly lifted: string | null;
}

export interface Weighing {
  readonly verdict: Verdict;
  /** Everything that has found something, in the order in which it was asked. */
  readonly findings: readonly Weighed[];
}

/**
 * The verdict over an action. Every rule is asked: one deny denies, else all that ask are put into one question, else one
 * must allow. Nothing a repository, a document or an agent says is looked at but the facts of the change.
 */
export const decide = (action: Action, settings: PolicySettings = DEFAULT_POLICY): Verdict =>
  weigh(action, settings).verdict;

/** The same, with all that was found on the way. */
export function weigh(action: Action, settings: PolicySettings = DEFAULT_POLICY): Weighing {
  const own = fromUser(action, settings.rules);
  const findings: readonly Weighed[] = [
    ...builtIn(action, settings).map(
      (one): Weighed => ({ ...one, from: "built-in", lifted: liftedBy(one, action, settings) }),
    ),
    ...own.map((one): Weighed => ({ ...one, from: "your file", lifted: null })),
  ];
  const verdict = verdictOn(
    action,
    findings.filter(({ lifted }) => lifted === null),
  );
  return { verdict: settings.preset === "ci" ? withoutPeople(verdict) : verdict, findings };
}

function verdictOn(action: Action, findings: readonly Finding[]): Verdict {
  const denied = findings.find(({ effect }) => effect === "deny");
  if (denied !== undefined) return { kind: "deny", rule: denied.rule, reason: denied.reason };
  const asked = findings.filter(({ effect }) => effect === "ask");
  if (asked.length > 0) {
    return {
      kind: "ask",
      rule: [...new Set(asked.map(({ rule }) => rule))].join(", "),
      reason: [...new Set(asked.map(({ reason }) => reason))].join("; "),
      paths: [...new Set(asked.flatMap(({ paths }) => paths))].sort(),
      evidence: asked.flatMap(evidenceOf).sort(),
    };
  }
  const allowed = findings.find(({ effect }) => effect === "allow");
  if (allowed !== undefined) return { kind: "allow", rule: allowed.rule };
  return {
    kind: "ask",
    rule: "unknown",
    reason: "no rule knows this action",
    paths: [],
    evidence: [`unknown: ${action.kind}`],
  };
}

/** Nobody is there who could be asked. */
const withoutPeople = (verdict: Verdict): Verdict =>
  verdict.kind === "ask"
    ? { kind: "deny", rule: verdict.rule, reason: `${verdict.reason}; with the preset ci nobody is asked` }
    : verdict;

/** Why a finding does not count; null when it does. Only what asks can be lifted, and nothing that a preset of nobody's denies. */
function liftedBy(finding: Finding, action: Action, { rules, remembered, preset }: PolicySettings): string | null {
  if (finding.effect !== "ask" || NEVER_LIFTED.has(finding.rule)) return null;
  const name = finding.rule.split(" ")[0]!;
  const instead = rules.find(
    (rule) =>
      rule.effect === "allow" && rule.instead_of?.includes(name) === true && ruleHolds(rule, action).holds === "yes",
  );
  if (instead !== undefined) return `your rule ${instead.name}`;
  if (preset === "ci" || finding.paths.length === 0) return null;
  const said = remembered.find((rule) => finding.paths.every((path) => covers(rule, finding.rule, path)));
  return said === undefined ? null : `${said.decision}, remembered for this run`;
}

const evidenceOf = ({ rule, reason, paths }: Finding): readonly string[] =>
  paths.length === 0 ? [`${rule}: ${reason}`] : paths.map((path) => `${rule}: ${path}`);

function builtIn(action: Action, settings: PolicySettings): readonly Finding[] {
  switch (action.kind) {
    case "judge":
      return [...aboutChange(action.change, settings), allow("judge")];
    case "land":
      return [...aboutChange(action.change, settings), ...everyLanding(settings), allow("land")];
    case "run":
      return [...aboutRun(action), allow("run")];
    case "publish":
      return [allow("publish")];
    case "command":
      return [allow("command")];
    case "other":
      return [];
  }
}

const everyLanding = ({ preset }: PolicySettings): readonly Finding[] =>
  preset === "ask" ? [ask("every-landing", "with the preset ask everything waits for a yes")] : [];

function aboutRun(run: Action & { readonly kind: "run" }): readonly Finding[] {
  const findings: Finding[] = [];
  if (run.scripted) return findings;
  const limited = run.budgetUsd !== null || run.until !== null;
  if (run.auto && !limited) findings.push(deny("limit", "a run without you needs a limit, and none is set"));
  if (run.sandbox === "none" && !run.unsandboxedAllowed) {
    const reason = "there is no sandbox here: agents and tests would run with your own rights";
    findings.push(run.auto ? deny("sandbox", reason) : ask("sandbox", reason));
  }
  return findings;
}

function aboutChange(change: Change, settings: PolicySettings): readonly Finding[] {
  return [
    ...gitsOwn(change),
    ...secrets(change),
    ...gateFiles(change),
    ...dependencies(change),
    ...links(change),
    ...classes(change, settings),
    ...change.ratchet.map(({ rule, gate, message }) => ask(`ratchet ${rule}`, `${gate}: ${message}`)),
    ...size(change, settings.maxDiffLines),
  ];
}

function gitsOwn({ paths }: Change): readonly Finding[] {
  const own = paths.filter(({ path }) => path.split("/").some((part) => /^(?:\.git|git~1)$/i.test(part)));
  return own.length === 0 ? [] : [deny("git", `${own[0]!.path}: the name belongs to git`)];
}

function secrets(change: Change): readonly Finding[] {
  if (change.secrets === null) return [ask("secrets", "it is not known whether it holds credentials")];
  const [first] = change.secrets;
  if (first === undefined) return [];
  const rest = change.secrets.length > 1 ? `, and ${change.secrets.length - 1} more` : "";
  return [deny("secrets", `${first.path} line ${first.line} looks like a ${first.kind}${rest}`)];
}

function gateFiles(change: Change): readonly Finding[] {
  if (change.gateFiles === null) return [ask("gate-files", "it is not known whether it changes how work is judged")];
  return change.gateFiles.map(({ path, keys }) =>
    ask("gate-files", "it changes how work is judged", [keys.length === 0 ? path : `${path} (${keys.join(", ")})`]),
  );
}

function dependencies(change: Change): readonly Finding[] {
  const locks = change.paths.map(({ path }) => path).filter((path) => matchesAny(LOCKFILES, path));
  const manifest = change.paths.some(({ path }) => path === "package.json" || path.endsWith("/package.json"));
  if (change.newDependencies === null)
    return manifest || locks.length > 0 ? [ask("dependencies", "it is not known which packages it adds", locks)] : [];
  if (change.newDependencies.length > 0)
    return [ask("dependencies", "it adds or changes packages from outside", change.newDependencies)];
  return locks.length > 0 ? [ask("dependencies", "it changes what is installed", locks)] : [];
}

function links({ paths }: Change): readonly Finding[] {
  const of = (mode: string) => paths.filter((one) => one.newMode === mode).map(({ path }) => path);
  const findings: Finding[] = [];
  if (of("120000").length > 0) findings.push(ask("symlinks", "it makes links to other places", of("120000")));
  if (of("160000").length > 0) findings.push(ask("submodules", "it ties in another repository", of("160000")));
  return findings;
}

function classes({ paths }: Change, settings: PolicySettings): readonly Finding[] {
  return protectedHits(paths, settings.requireApprovalFor, settings.classes).map((hit) =>
    ask(hit.class, hit.why, [hit.path]),
  );
}

function size({ diffLines }: Change, most: number | null): readonly Finding[] {
  if (most === null) return [];
  if (diffLines === null) return [ask("diff-size", "it is not known how large it is")];
  return diffLines > most ? [ask("diff-size", `it changes ${diffLines} lines, more than ${most}`)] : [];
}

function fromUser(action: Action, rules: readonly UserRule[]): readonly Finding[] {
  return rules.flatMap((rule): readonly Finding[] => {
    const { holds, because, about } = ruleHolds(rule, action);
    if (holds === "no" || (holds === "unknown" && rule.effect === "allow")) return [];
    const reason = rule.reason ?? `your rule ${rule.name}`;
    if (holds === "yes") return [{ effect: rule.effect, rule: rule.name, reason, paths: about }];
    return [ask(rule.name, `${reason}; but it is not known whether it holds: ${because}`)];
  });
}

const allow = (rule: string): Finding => ({ effect: "allow", rule, reason: "", paths: [] });
const ask = (rule: string, reason: string, paths: readonly string[] = []): Finding => ({
  effect: "ask",
  rule,
  reason,
  paths,
});
const deny = (rule: string, reason: string): Finding => ({ effect: "deny", rule, reason, paths: [] });
