import type { ConfigRecord, ConfigValues, RecordSpec } from "@taskwerk/config/schema";
import { RULE_KINDS } from "../policy/action.ts";
import { LIFTABLE } from "../policy/preset.ts";
import { PROTECTED_CLASSES } from "../policy/protected.ts";
import { CONDITIONS, neverHolds, type UserRule } from "../policy/user-rule.ts";

/** What a rule in the list `policy.rules` takes. */
export const RULE_RECORD = {
  key: "name",
  fields: {
    name: { type: "name", describe: "Its name, as verdicts and cards show it.", required: true },
    effect: {
      type: "string",
      oneOf: ["allow", "ask", "deny"],
      describe: "What follows where it holds; deny comes before ask, ask before allow.",
      required: true,
    },
    reason: { type: "string", describe: "Why, in words; it stands on the card." },
    kinds: { type: "strings", oneOf: RULE_KINDS, describe: `Kinds of actions: ${RULE_KINDS.join(", ")}.` },
    paths: { type: "strings", describe: "Globs of changed files; an allow holds only when all of them match." },
    classes: {
      type: "strings",
      oneOf: Object.keys(PROTECTED_CLASSES),
      describe: `Protected classes of changed files: ${Object.keys(PROTECTED_CLASSES).join(", ")}.`,
    },
    lines_over: { type: "integer", least: 0, describe: "More changed lines than this." },
    dependencies: {
      type: "strings",
      describe:
        'Patterns of packages that are new or changed, name@range, e.g. "@types/*"; an allow wants all matched.',
    },
    secret: { type: "boolean", describe: "It holds credentials (true), or none (false)." },
    coverage_drop: { type: "number", least: 0, most: 100, describe: "It loses at least so many points of coverage." },
    cost_over: { type: "number", least: 0, describe: "Its task has cost more than so many US dollars." },
    commands: { type: "strings", describe: "Patterns of the command lines that would be run: gates, setup." },
    targets: { type: "strings", describe: "Patterns of the branch that it is for." },
    reversible: { type: "boolean", describe: "A revert takes it back whole (true), or not (false)." },
    actors: { type: "strings", describe: "Patterns of the agent's name." },
    instead_of: {
      type: "strings",
      oneOf: LIFTABLE,
      describe: `For allow: built-in rules that give way where it holds: ${LIFTABLE.join(", ")}.`,
    },
  },
  only: {
    instead_of: { field: "effect", is: ["allow"], problem: "only a rule that allows takes the place of another" },
  },
  check: (record) => {
    const problem = neverHolds(record as Partial<UserRule>);
    return problem === null ? null : { field: "kinds", problem };
  },
  some: {
    fields: CONDITIONS,
    at: "name",
    problem: `it has no condition, so it would hold for everything; one of ${CONDITIONS.join(", ")}`,
  },
} as const satisfies RecordSpec;

/** The user's own rules, as the configuration has them. */
export const rulesOf = (config: ConfigValues): readonly UserRule[] =>
  (config["policy.rules"] ?? []) as readonly ConfigRecord[] as unknown as readonly UserRule[];
