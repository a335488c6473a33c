import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Action, Change } from "./action.ts";
import { DEFAULT_POLICY, decide } from "./decide.ts";
import { PRESET_TABLE, PRESETS, type Preset } from "./preset.ts";

const changed = (path: string, newMode = "100644") => ({
  path,
  status: "modified" as const,
  oldMode: "100644",
  newMode,
});
const land = (over: Partial<Change>, path = "src/a.ts", newMode?: string): Action => ({
  kind: "land",
  change: {
    paths: [changed(path, newMode)],
    gateFiles: [],
    newDependencies: [],
    ratchet: [],
    secrets: [],
    diffLines: 3,
    ...over,
  },
});
const run = (over: Partial<Action & { readonly kind: "run" }>): Action => ({
  kind: "run",
  auto: true,
  sandbox: "full",
  unsandboxedAllowed: false,
  budgetUsd: 5,
  until: null,
  scripted: false,
  ...over,
});

/** What each row of the table is about, in the order of the table. */
const EXAMPLES: readonly (readonly [rule: string, action: Action])[] = [
  ["git", land({}, "sub/.git/config")],
  ["secrets", land({ secrets: [{ path: "a.ts", line: 1, kind: "token" }] })],
  ["secrets", land({ secrets: null })],
  ["gate-files", land({ gateFiles: [{ path: "package.json", keys: ["scripts"] }] })],
  ["dependencies", land({ newDependencies: ["left-pad@^1"] })],
  ["symlinks", land({}, "a", "120000")],
  ["submodules", land({}, "a", "160000")],
  ["database_migrations", land({}, "db/migrations/1.sql")],
  ["security_files", land({}, "src/auth/login.ts")],
  ["config_changes", land({}, ".github/workflows/ci.yml")],
  ["ratchet", land({ ratchet: [{ rule: "fewer-tests", gate: "test", message: "31 before, 30 here" }] })],
  ["diff-size", land({ diffLines: 5_001 })],
  ["judge", { ...land({}), kind: "judge" } as Action],
  ["land", land({})],
  ["limit", run({ budgetUsd: null })],
  ["sandbox", run({ sandbox: "none" })],
  ["sandbox", run({ sandbox: "none", auto: false })],
  ["run", run({})],
  ["publish", { kind: "publish", what: "conductor/main", target: "main" }],
  ["command", { kind: "command", command: "npm test" }],
  ["unknown", { kind: "other", what: "format the disk" }],
];

describe.each(PRESETS.map((preset) => [preset] as const))("the preset %s", (preset: Preset) => {
  it("answers exactly as its table says, row by row", () => {
    expect(EXAMPLES.map(([rule]) => rule)).toEqual(PRESET_TABLE.map(({ rule }) => rule));
    const answers = EXAMPLES.map(([rule, action]) => [rule, decide(action, { ...DEFAULT_POLICY, preset }).kind]);
    expect(answers).toEqual(PRESET_TABLE.map(({ rule, effects }) => [rule, effects[preset]]));
  });

  it("names the rule of the row", () => {
    EXAMPLES.forEach(([rule, action], i) => {
      const verdict = decide(action, { ...DEFAULT_POLICY, preset });
      if (PRESET_TABLE[i]!.rule === "land" && preset === "ask") expect(verdict.rule).toBe("every-landing");
      else expect(verdict.rule.split(/[ ,]/)).toContain(rule);
    });
  });
});

describe("the table in docs/policy.md", () => {
  it("is the program's, cell by cell", () => {
    const text = readFileSync(new URL("../../../../docs/policy.md", import.meta.url), "utf8");
    const rows = PRESET_TABLE.map(
      ({ rule, what, effects }) => `| \`${rule}\` | ${what} | ${PRESETS.map((one) => effects[one]).join(" | ")} |`,
    );
    expect(text).toContain(`| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n\n`);
  });
});
