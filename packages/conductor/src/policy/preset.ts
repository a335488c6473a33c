/** The presets: what each does about everything the built-in rules know, as a table. Pure. */
import type { Effect } from "./user-rule.ts";

/** ask: everything lands with a yes only. standard: what is delicate asks. ci: nobody is there, so what would ask is refused. */
export const PRESETS = ["ask", "standard", "ci"] as const;
export type Preset = (typeof PRESETS)[number];

export interface PresetRow {
  /** The rule's name, as verdicts and cards show it. */
  readonly rule: string;
  readonly what: string;
  readonly effects: Readonly<Record<Preset, Effect>>;
}

const row = (rule: string, what: string, ask: Effect, standard: Effect, ci: Effect): PresetRow => ({
  rule,
  what,
  effects: { ask, standard, ci },
});

/** One row a rule, in the order in which they are asked. Tests hold `decide` to it. */
export const PRESET_TABLE: readonly PresetRow[] = [
  row("git", "a path that belongs to git itself", "deny", "deny", "deny"),
  row("secrets", "a credential in an added line", "deny", "deny", "deny"),
  row("secrets", "a change that could not be searched for credentials", "ask", "ask", "deny"),
  row("gate-files", "a change of how work is judged", "ask", "ask", "deny"),
  row("dependencies", "a package from outside that is new or another version", "ask", "ask", "deny"),
  row("symlinks", "a symbolic link", "ask", "ask", "deny"),
  row("submodules", "another repository tied in", "ask", "ask", "deny"),
  row("database_migrations", "a database migration", "ask", "ask", "deny"),
  row("security_files", "a file that decides who may do what, or holds keys", "ask", "ask", "deny"),
  row("config_changes", "configuration of builds, CI, tools or agents", "ask", "ask", "deny"),
  row("ratchet", "fewer, skipped or weaker tests, or less coverage", "ask", "ask", "deny"),
  row("diff-size", "more than policy.max_diff_lines changed lines", "ask", "ask", "deny"),
  row("judge", "gates run on any other change", "allow", "allow", "allow"),
  row("land", "any other change lands", "ask", "allow", "allow"),
  row("limit", "a run without you that has neither budget nor end", "deny", "deny", "deny"),
  row("sandbox", "a run without you and without a sandbox", "deny", "deny", "deny"),
  row("sandbox", "a run with you and without a sandbox", "ask", "ask", "deny"),
  row("run", "any other run", "allow", "allow", "allow"),
  row("publish", "`deliver` moves the branch that the work is for", "allow", "allow", "allow"),
  row("command", "a gate's command line or the setup's is run", "allow", "allow", "allow"),
  row("unknown", "anything that no rule knows", "ask", "ask", "deny"),
];

/** Built-in rules that nothing lifts. */
export const NEVER_LIFTED: ReadonlySet<string> = new Set(["git", "secrets", "sandbox", "limit", "unknown"]);

/** Built-in rules that a rule of the user's own may take the place of. */
export const LIFTABLE: readonly string[] = [
  "gate-files",
  "dependencies",
  "symlinks",
  "submodules",
  "database_migrations",
  "security_files",
  "config_changes",
  "executables",
  "ratchet",
  "diff-size",
  "every-landing",
];
