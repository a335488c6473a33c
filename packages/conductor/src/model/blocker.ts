/** Why a task cannot go on, as a closed list: what an agent reports, and what conductor finds itself. Pure. */

/** Each with what it means, and what a person does about it. */
export const BLOCKERS = {
  "needs-decision": { means: "only a person can decide something", cure: "say what is wanted" },
  "needs-access": { means: "a credential, a permission or an account is missing", cure: "give access" },
  "needs-task": { means: "another task has to be done first", cure: "add the dependency, or do the other task first" },
  "needs-environment": { means: "a program, a service or the network is missing", cure: "provide it" },
  contradiction: { means: "what is asked for contradicts itself or the code", cure: "correct the task" },
  "too-large": { means: "it is too much for one task", cure: "split it" },
  gates: { means: "its gates cannot say anything", cure: "make the gates run" },
  setup: { means: "its clone could not be made ready", cure: "correct setup.run" },
  conflict: { means: "it does not merge with what has landed", cure: "merge it by hand, or let it begin anew" },
  policy: { means: "a rule forbids it", cure: "change the rule, or the task" },
  other: { means: "something else", cure: "see its reason" },
} as const;
export type BlockerKind = keyof typeof BLOCKERS;

/** Those that an agent may name itself; the others are conductor's own to find. */
export const REPORTED_KINDS = [
  "needs-decision",
  "needs-access",
  "needs-task",
  "needs-environment",
  "contradiction",
  "too-large",
  "other",
] as const satisfies readonly BlockerKind[];
export type ReportedKind = (typeof REPORTED_KINDS)[number];

export const isReportedKind = (word: string): word is ReportedKind =>
  (REPORTED_KINDS as readonly string[]).includes(word);

/** In order: the first whose words are there. */
const WORDS: readonly (readonly [ReportedKind, RegExp])[] = [
  [
    "needs-access",
    /\b(?:credentials?|passwords?|api keys?|tokens?|permissions?|forbidden|unauthori[sz]ed|401|403|log ?in|access)\b/i,
  ],
  ["contradiction", /\b(?:contradict\w*|inconsistent|conflicting|impossible|cannot both)\b/i],
  ["too-large", /\b(?:too (?:large|big|much)|split|several tasks)\b/i],
  [
    "needs-task",
    /\b(?:TASK-\d+|depends on|another task|not (?:yet )?(?:landed|implemented|there)|missing (?:module|table|schema|endpoint)|no schema)\b/i,
  ],
  [
    "needs-environment",
    /\b(?:not installed|command not found|no such (?:program|command)|network|unreachable|offline|docker|database is (?:down|not))\b/i,
  ],
  ["needs-decision", /\?\s*$|\b(?:decide|decision|which of|unclear|ambiguous|please (?:say|choose|confirm))\b/i],
];

/** What an agent that says no kind most likely means. */
export const kindOfReason = (reason: string): ReportedKind =>
  WORDS.find(([, words]) => words.test(reason.slice(0, 2_000)))?.[0] ?? "other";

/** The tasks that a reason names, each once. */
export const tasksNamed = (reason: string): readonly string[] => [
  ...new Set(reason.slice(0, 5_000).match(/\b[A-Z][A-Z0-9]{0,15}-\d{1,9}(?:\.\d{1,4}){0,5}\b/g) ?? []),
];
