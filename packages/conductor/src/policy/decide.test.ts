import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangedPath } from "../model/repository.ts";
import type { Action, Change } from "./action.ts";
import { DEFAULT_POLICY, decide } from "./decide.ts";
import type { UserRule } from "./user-rule.ts";

const changed = (path: string, over: Partial<ChangedPath> = {}): ChangedPath => ({
  path,
  status: "modified",
  oldMode: "100644",
  newMode: "100644",
  ...over,
});
const change = (over: Partial<Change> = {}): Change => ({
  paths: [changed("src/report/table.ts")],
  gateFiles: [],
  newDependencies: [],
  ratchet: [],
  secrets: [],
  diffLines: 40,
  ...over,
});
const land = (over: Partial<Change> = {}): Action => ({ kind: "land", change: change(over) });
const run = (over: Partial<Action & { kind: "run" }> = {}): Action => ({
  kind: "run",
  auto: true,
  sandbox: "full",
  unsandboxedAllowed: false,
  budgetUsd: 5,
  until: null,
  scripted: false,
  ...over,
});

describe("landing", () => {
  it("is allowed for ordinary files, judged and landed alike", () => {
    expect(decide(land())).toEqual({ kind: "allow", rule: "land" });
    expect(decide({ kind: "judge", change: change() })).toEqual({ kind: "allow", rule: "judge" });
  });

  it.each([
    ["db/migrations/0042_invoice_lines.sql", "database_migrations"],
    ["packages/api/migrations/1.ts", "database_migrations"],
    ["src/auth/login.ts", "security_files"],
    [".env.production", "security_files"],
    ["certs/server.PEM", "security_files"],
    [".github/workflows/ci.yml", "config_changes"],
    ["Dockerfile", "config_changes"],
    ["packages/web/vite.config.ts", "config_changes"],
    ["CLAUDE.md", "config_changes"],
    [".conductor.yml", "config_changes"],
  ])("of %s asks, as %s", (path, rule) => {
    const verdict = decide(land({ paths: [changed(path), changed("src/a.ts")] }));
    expect(verdict).toMatchObject({ kind: "ask", rule, paths: [path], evidence: [`${rule}: ${path}`] });
  });

  it.each([
    "src/report/table.ts",
    "docs/auth.md",
    "README.md",
    "src/author.ts",
    "src/config-reader.ts",
    "test/fetch/limit.test.ts",
    "src/migrations-list.ts",
    "bin/linkcheck.mjs",
    "src/keyboard.ts",
  ])("of %s does not ask", (path) => {
    expect(decide(land({ paths: [changed(path)] })).kind).toBe("allow");
  });

  it.each<[string, Partial<Change>, string]>([
    ["gate files", { gateFiles: [{ path: "package.json", keys: ["scripts"] }] }, "gate-files"],
    ["gate files nobody could compare", { gateFiles: null }, "gate-files"],
    ["a new dependency", { newDependencies: ["left-pad@^1"] }, "dependencies"],
    ["a lockfile", { paths: [changed("package-lock.json")] }, "dependencies"],
    ["a manifest nobody could read", { paths: [changed("package.json")], newDependencies: null }, "dependencies"],
    [
      "fewer tests",
      { ratchet: [{ rule: "fewer-tests", gate: "test", message: "31 before, 30 here" }] },
      "ratchet fewer-tests",
    ],
    ["a link", { paths: [changed("a", { newMode: "120000", oldMode: "000000" })] }, "symlinks"],
    ["a submodule", { paths: [changed("a", { newMode: "160000", oldMode: "000000" })] }, "submodules"],
    ["many lines", { diffLines: 5001 }, "diff-size"],
    ["unknown size", { diffLines: null }, "diff-size"],
    ["secrets nobody looked for", { secrets: null }, "secrets"],
  ])("with %s asks", (_, over, rule) => {
    expect(decide(land(over))).toMatchObject({ kind: "ask", rule });
  });

  it("never happens with a credential in it, and the verdict does not repeat it", () => {
    const verdict = decide(land({ secrets: [{ path: "a.ts", line: 3, kind: "AWS access key" }] }));
    expect(verdict).toEqual({ kind: "deny", rule: "secrets", reason: "a.ts line 3 looks like a AWS access key" });
  });

  it("never happens with git's own names in it", () => {
    expect(decide(land({ paths: [changed("sub/.GIT/config")] }))).toMatchObject({ kind: "deny", rule: "git" });
  });

  it("puts everything that asks into one question", () => {
    const verdict = decide(
      land({ paths: [changed(".env"), changed("Dockerfile")], newDependencies: ["x@1"], diffLines: 9999 }),
    );
    expect(verdict).toMatchObject({
      kind: "ask",
      paths: [".env", "Dockerfile", "x@1"],
      evidence: [
        "config_changes: Dockerfile",
        "dependencies: x@1",
        "diff-size: it changes 9999 lines, more than 5000",
        "security_files: .env",
      ],
    });
  });

  it("asks about the executable bit only where the user wants it", () => {
    const paths = [changed("run.sh", { oldMode: "000000", newMode: "100755" })];
    expect(decide(land({ paths })).kind).toBe("allow");
    expect(decide(land({ paths }), { ...DEFAULT_POLICY, requireApprovalFor: ["executables"] })).toMatchObject({
      kind: "ask",
      rule: "executables",
    });
  });

  it("asks about everything for a class that nobody defined", () => {
    expect(decide(land(), { ...DEFAULT_POLICY, requireApprovalFor: ["securty_files"] })).toMatchObject({ kind: "ask" });
    expect(decide(land(), { ...DEFAULT_POLICY, requireApprovalFor: ["toString"] })).toMatchObject({ kind: "ask" });
  });
});

describe("a run", () => {
  it.each([
    ["with a budget and a sandbox", run(), "allow"],
    ["with a deadline", run({ budgetUsd: null, until: "07:00" }), "allow"],
    ["without a limit", run({ budgetUsd: null }), "deny"],
    ["without a sandbox", run({ sandbox: "none" }), "deny"],
    ["without a sandbox, as the user allowed", run({ sandbox: "none", unsandboxedAllowed: true }), "allow"],
    ["with a person, without a sandbox", run({ auto: false, budgetUsd: null, sandbox: "none" }), "ask"],
    ["of scripted agents alone", run({ scripted: true, sandbox: "none", budgetUsd: null }), "allow"],
  ])("%s", (_, action, kind) => {
    expect(decide(action).kind).toBe(kind);
  });
});

describe("the order of rules", () => {
  const rule = (effect: UserRule["effect"], over: Partial<UserRule> = {}): UserRule => ({
    name: effect,
    effect,
    ...over,
  });
  const anyRule = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    effect: fc.constantFrom("allow" as const, "ask" as const, "deny" as const),
    paths: fc.constantFrom<readonly string[]>(["src/**"], ["db/**"], ["*"]),
  });

  it("asks about what nobody knows", () => {
    expect(decide({ kind: "other", what: "format the disk" })).toMatchObject({ kind: "ask", rule: "unknown" });
  });

  it("lets a user's allow hold only when it covers every path", () => {
    const rules = [rule("allow", { paths: ["docs/**"], kinds: ["other", "land"] })];
    const settings = { ...DEFAULT_POLICY, rules };
    expect(decide({ kind: "other", what: "x" }, settings)).toMatchObject({ kind: "ask" });
    expect(decide(land({ paths: [changed("docs/a.md"), changed(".env")] }), settings)).toMatchObject({ kind: "ask" });
  });

  it("is deny before ask before allow, whatever order the rules are in", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 6 }), fc.boolean(), (rules, migration) => {
        const action = land({ paths: [changed(migration ? "db/migrations/1.sql" : "src/a.ts")] });
        const verdict = decide(action, { ...DEFAULT_POLICY, rules });
        const backwards = decide(action, { ...DEFAULT_POLICY, rules: rules.toReversed() });
        expect(backwards.kind).toBe(verdict.kind);
        const without = decide(action);
        if (without.kind === "ask") expect(verdict.kind).not.toBe("allow");
        if (rules.every((one) => one.effect === "allow")) expect(verdict.kind).toBe(without.kind);
        if (rules.some((one) => one.effect === "deny" && one.paths.includes("*"))) expect(verdict.kind).toBe("deny");
      }),
    );
  });
});
