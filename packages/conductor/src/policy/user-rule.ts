/** A rule of the user's own file, and whether it holds for an action. Pure. */
import { matchesAny, matchText } from "../model/glob.ts";
import { type Action, type Change, type Circumstances, RULE_KINDS } from "./action.ts";
import { PROTECTED_CLASSES, protectedHits } from "./protected.ts";

export type Effect = "allow" | "ask" | "deny";

/** All conditions that are given must hold. In a list of patterns one that matches is enough; `allow` wants all matched. */
export interface UserRule {
  readonly name: string;
  readonly effect: Effect;
  readonly reason?: string;
  readonly kinds?: readonly string[];
  /** Globs over changed paths. */
  readonly paths?: readonly string[];
  /** Names of protected classes that a changed path falls into. */
  readonly classes?: readonly string[];
  /** More changed lines than this. */
  readonly lines_over?: number;
  /** Patterns over `name@range` of packages that are new or changed. */
  readonly dependencies?: readonly string[];
  /** It holds credentials, or it holds none. */
  readonly secret?: boolean;
  /** It loses at least so many percentage points of coverage. */
  readonly coverage_drop?: number;
  /** Its task has cost more than this, US dollars. */
  readonly cost_over?: number;
  /** Patterns over the command lines that would be run. */
  readonly commands?: readonly string[];
  readonly targets?: readonly string[];
  readonly reversible?: boolean;
  readonly actors?: readonly string[];
  /** For allow: built-in rules that give way where this one holds. */
  readonly instead_of?: readonly string[];
}

/** Conditions, in the order in which they are told. */
export const CONDITIONS = [
  "kinds",
  "paths",
  "classes",
  "lines_over",
  "dependencies",
  "secret",
  "coverage_drop",
  "cost_over",
  "commands",
  "targets",
  "reversible",
  "actors",
] as const;
export type Condition = (typeof CONDITIONS)[number];

const OF_WORK: readonly Condition[] = [
  "paths",
  "classes",
  "lines_over",
  "dependencies",
  "secret",
  "cost_over",
  "commands",
  "targets",
  "reversible",
  "actors",
];

/** What can be said of each kind of action: a rule that says anything else of it would never hold. */
const SAYABLE: Readonly<Record<(typeof RULE_KINDS)[number], readonly Condition[]>> = {
  judge: OF_WORK,
  land: [...OF_WORK, "coverage_drop"],
  run: ["commands", "targets", "actors"],
  publish: ["targets"],
  command: ["commands"],
};

/** Why a rule could never hold for the kinds that it names; null when it can, or names none. */
export function neverHolds(rule: Partial<UserRule>): string | null {
  const kinds = RULE_KINDS.filter((kind) => rule.kinds?.includes(kind));
  const said = CONDITIONS.filter((one) => one !== "kinds" && rule[one] !== undefined);
  if (kinds.length === 0 || kinds.some((kind) => said.every((one) => SAYABLE[kind].includes(one)))) return null;
  const can = kinds.map((kind) => `${kind} has ${SAYABLE[kind].join(", ")}`).join("; ");
  return `with ${said.join(", ")} it would never hold: ${can}`;
}

/** `unknown`: what the condition is about is not known. */
export interface Held {
  readonly holds: "yes" | "no" | "unknown";
  /** The first condition that says so; null when all hold. */
  readonly because: Condition | null;
  /** Paths and packages that it is about. */
  readonly about: readonly string[];
}

/** Whether a rule holds. One condition that does not is enough for no; otherwise one that is not known makes it unknown. */
export function ruleHolds(rule: UserRule, action: Action): Held {
  const given = CONDITIONS.filter((one) => rule[one] !== undefined).map((one) => ({
    because: one,
    ...conditionHolds(one, rule, action),
  }));
  const about = given.flatMap((one) => one.about ?? []);
  const no = given.find(({ holds }) => holds === "no");
  const unknown = given.find(({ holds }) => holds === "unknown");
  const first = no ?? unknown;
  return first === undefined
    ? { holds: "yes", because: null, about }
    : { holds: first.holds, because: first.because, about };
}

interface Found {
  readonly holds: Held["holds"];
  readonly about?: readonly string[];
}

const NO: Found = { holds: "no" };
const UNKNOWN: Found = { holds: "unknown" };
const when = (holds: boolean): Found => (holds ? { holds: "yes" } : NO);

function conditionHolds(condition: Condition, rule: UserRule, action: Action): Found {
  const change: Change | null = "change" in action ? action.change : null;
  const about: Circumstances = action.about ?? {};
  const all = rule.effect === "allow";
  switch (condition) {
    case "kinds":
      return when(rule.kinds!.includes(action.kind));
    case "paths":
      return change === null
        ? NO
        : among(
            change.paths.map(({ path }) => path),
            all,
            (path) => matchesAny(rule.paths!, path),
          );
    case "classes": {
      if (change === null) return NO;
      const hits = new Set(protectedHits(change.paths, rule.classes!, PROTECTED_CLASSES).map(({ path }) => path));
      return among(
        change.paths.map(({ path }) => path),
        all,
        (path) => hits.has(path),
      );
    }
    case "lines_over":
      return known(change === null ? undefined : change.diffLines, (lines) => when(lines > rule.lines_over!));
    case "dependencies":
      return known(change === null ? undefined : change.newDependencies, (names) =>
        among(names, all, (name) => matchesText(rule.dependencies!, name)),
      );
    case "secret":
      return known(change === null ? undefined : change.secrets, (found) => when(found.length > 0 === rule.secret));
    case "coverage_drop":
      return known(about.coverageDelta, (delta) => when(-delta >= rule.coverage_drop!));
    case "cost_over":
      return known(about.costUsd, (usd) => when(usd > rule.cost_over!));
    case "commands":
      return known(action.kind === "command" ? [action.command] : about.commands, (lines) => {
        const { holds } = among(lines, all, (line) => matchesText(rule.commands!, line));
        return { holds };
      });
    case "targets":
      return known(action.kind === "publish" ? action.target : about.target, (target) =>
        when(matchesText(rule.targets!, target)),
      );
    case "reversible":
      return known(about.reversible, (reversible) => when(reversible === rule.reversible));
    case "actors":
      return known(about.actors, (names) => {
        const { holds } = among(names, all, (name) => matchesText(rule.actors!, name));
        return { holds };
      });
  }
}

/** Absent: the condition is not about this action. */
const known = <T>(value: T | null | undefined, judge: (value: T) => Found): Found =>
  value === undefined ? NO : value === null ? UNKNOWN : judge(value);

function among(values: readonly string[], all: boolean, matches: (value: string) => boolean): Found {
  const hits = values.filter(matches);
  return hits.length === 0 || (all && hits.length < values.length) ? NO : { holds: "yes", about: hits };
}

/** `*` stands for anything, also for spaces and slashes. */
const matchesText = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchText(pattern, text));
