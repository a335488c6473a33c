import { describe, expect, it } from "vitest";
import { covers, notRememberable, rememberable } from "../model/remembered.ts";
import type { Action, Change } from "./action.ts";
import { DEFAULT_POLICY, decide, type PolicySettings, weigh } from "./decide.ts";
import { neverHolds, type UserRule } from "./user-rule.ts";

const change = (over: Partial<Change> = {}, ...paths: readonly string[]): Change => ({
  paths: (paths.length === 0 ? ["src/a.ts"] : paths).map((path) => ({
    path,
    status: "modified",
    oldMode: "100644",
    newMode: "100644",
  })),
  gateFiles: [],
  newDependencies: [],
  ratchet: [],
  secrets: [],
  diffLines: 40,
  ...over,
});
const land = (over: Partial<Change> = {}, ...paths: readonly string[]): Action => ({
  kind: "land",
  change: change(over, ...paths),
});
const withRules = (...rules: readonly Omit<UserRule, "name">[]): PolicySettings => ({
  ...DEFAULT_POLICY,
  rules: rules.map((rule, i) => ({ name: `r${i}`, ...rule })),
});

describe("a condition of a rule", () => {
  it.each<[string, Partial<UserRule>, Action["about"], Partial<Change>, "yes" | "no" | "unknown"]>([
    ["lines_over", { lines_over: 39 }, {}, {}, "yes"],
    ["lines_over, at the limit", { lines_over: 40 }, {}, {}, "no"],
    ["dependencies", { dependencies: ["left-*"] }, {}, { newDependencies: ["left-pad@^1"] }, "yes"],
    ["dependencies, others", { dependencies: ["left-*"] }, {}, { newDependencies: ["right-pad@^1"] }, "no"],
    ["dependencies with a scope", { dependencies: ["@types/*"] }, {}, { newDependencies: ["@types/node@20"] }, "yes"],
    ["classes", { classes: ["database_migrations"] }, {}, {}, "no"],
    ["coverage_drop", { coverage_drop: 0.2 }, { coverageDelta: -0.2 }, {}, "yes"],
    ["coverage_drop, less", { coverage_drop: 0.2 }, { coverageDelta: -0.1 }, {}, "no"],
    ["coverage_drop, not measured", { coverage_drop: 0.2 }, { coverageDelta: null }, {}, "unknown"],
    ["coverage_drop, before any gate", { coverage_drop: 0.2 }, {}, {}, "no"],
    ["cost_over", { cost_over: 2 }, { costUsd: 2.01 }, {}, "yes"],
    ["cost_over, no price", { cost_over: 2 }, { costUsd: null }, {}, "unknown"],
    ["commands", { commands: ["npm publish*"] }, { commands: ["npm test", "npm publish --tag x/y"] }, {}, "yes"],
    ["commands, others", { commands: ["npm publish"] }, { commands: ["npm publish --tag x"] }, {}, "no"],
    ["targets", { targets: ["release/*"] }, { target: "release/1/2" }, {}, "yes"],
    ["reversible", { reversible: false }, { reversible: false }, {}, "yes"],
    ["actors", { actors: ["claude*"] }, { actors: ["claude-cli"] }, {}, "yes"],
    ["actors, of two", { actors: ["codex"] }, { actors: ["claude", "codex"] }, {}, "yes"],
    ["two, of which one is not", { lines_over: 1, actors: ["me"] }, { actors: ["claude"] }, {}, "no"],
  ])("%s", (_, conditions, about, over, holds) => {
    const { verdict } = weigh({ ...land(over), about: about ?? {} }, withRules({ effect: "deny", ...conditions }));
    const own = over.newDependencies === undefined ? "allow" : "ask";
    expect(verdict.kind).toBe({ yes: "deny", no: own, unknown: "ask" }[holds]);
  });

  it("holds for an allow only when everything matches", () => {
    const allows: Omit<UserRule, "name"> = {
      effect: "allow",
      dependencies: ["@types/*"],
      instead_of: ["dependencies"],
    };
    const of = (...newDependencies: readonly string[]) => decide(land({ newDependencies }), withRules(allows)).kind;
    expect(of("@types/node@20")).toBe("allow");
    expect(of("@types/node@20", "left-pad@1")).toBe("ask");
    const trusted = withRules({ effect: "allow", actors: ["claude"], instead_of: ["config_changes"] });
    const by = (...actors: readonly string[]) =>
      decide({ ...land({}, "config/app.yml"), about: { actors } }, trusted).kind;
    expect([by("claude"), by("claude", "codex")]).toEqual(["allow", "ask"]);
  });
});

describe("a rule of the user's", () => {
  it("takes the place of a built-in one only where it says so, and never of what is denied or of git's own", () => {
    const paths = ["config/app.yml"];
    expect(decide(land({}, ...paths), withRules({ effect: "allow", paths: ["config/**"] })).kind).toBe("ask");
    const instead: Omit<UserRule, "name"> = { effect: "allow", paths: ["config/**"], instead_of: ["config_changes"] };
    expect(decide(land({}, ...paths), withRules(instead))).toMatchObject({ kind: "allow" });
    expect(decide(land({}, ...paths, ".env"), withRules(instead)).kind).toBe("ask");
    const all: Omit<UserRule, "name"> = { effect: "allow", kinds: ["land"], instead_of: ["secrets", "git", "unknown"] };
    expect(decide(land({ secrets: [{ path: "a", line: 1, kind: "key" }] }), withRules(all)).kind).toBe("deny");
    expect(decide(land({ secrets: null }), withRules(all)).kind).toBe("ask");
  });

  it("that asks, asks also where another one allows in place of a built-in one", () => {
    const settings = withRules(
      { effect: "allow", paths: ["config/**"], instead_of: ["config_changes"] },
      { effect: "ask", paths: ["config/prod.yml"], reason: "production" },
    );
    expect(decide(land({}, "config/prod.yml"), settings)).toMatchObject({
      kind: "ask",
      rule: "r1",
      reason: "production",
    });
  });

  it("keeps a command line from being run, and a branch from being moved", () => {
    const settings = withRules(
      { effect: "deny", kinds: ["command"], commands: ["*curl*"] },
      { effect: "ask", kinds: ["publish"], targets: ["main", "release/*"] },
    );
    const command = (line: string) => decide({ kind: "command", command: line }, settings).kind;
    expect([command("npm test"), command("curl x | sh")]).toEqual(["allow", "deny"]);
    const publish = (target: string) => decide({ kind: "publish", what: "conductor/main", target }, settings).kind;
    expect(["main", "release/2", "try"].map(publish)).toEqual(["ask", "ask", "allow"]);
  });

  it.each<readonly [Partial<UserRule>, string | null]>([
    [{ kinds: ["publish"], targets: ["main"] }, null],
    [{ kinds: ["publish", "land"], paths: ["a"] }, null],
    [{ kinds: ["run"] }, null],
    [{ paths: ["a"], coverage_drop: 2 }, null],
    [{ kinds: ["publish"], paths: ["a"] }, "publish has targets"],
    [{ kinds: ["judge"], coverage_drop: 1 }, "judge has paths"],
    [{ kinds: ["publish", "command"], targets: ["main"], commands: ["x"] }, "command has commands"],
  ])("that could never hold is no rule: %j", (rule, why) => {
    if (why === null) expect(neverHolds(rule)).toBeNull();
    else expect(neverHolds(rule)).toContain(why);
  });
});

describe("a yes that is remembered", () => {
  const remembered = [{ class: "database_migrations", paths: "db/migrations/**", decision: "A2", by: "ada" }];
  const of = (over: Partial<PolicySettings>, ...paths: readonly string[]) =>
    decide(land({}, ...paths), { ...DEFAULT_POLICY, remembered, ...over });

  it("covers the same class in the same directory, and nothing else", () => {
    expect(of({}, "db/migrations/0043.sql")).toEqual({ kind: "allow", rule: "land" });
    expect(of({}, "db/migrations/old/1.sql").kind).toBe("allow");
    expect(of({}, "db/migrations-2/migrations/1.sql")).toMatchObject({ rule: "database_migrations" });
    expect(of({}, "db/migrations/0043.sql", ".env")).toMatchObject({ rule: "security_files", paths: [".env"] });
    // One path may fall into two classes, and a yes to the one is none to the other.
    expect(of({}, "db/migrations/server.pem")).toMatchObject({ kind: "ask", rule: "security_files" });
  });

  it("covers nothing where nobody is asked, and nothing that is denied", () => {
    expect(of({ preset: "ci" }, "db/migrations/0043.sql").kind).toBe("deny");
    const rules: readonly UserRule[] = [{ name: "no", effect: "deny", paths: ["db/**"] }];
    expect(of({ rules }, "db/migrations/0043.sql").kind).toBe("deny");
  });

  it.each(["infra/{a,b}", "infra/*", "infra/?", "infra/[a]"])(
    "of a directory %s is of that one, and of no other that it would match",
    (dir) => {
      const [scope] = rememberable([`config_changes: ${dir}/x.tf`]);
      expect(scope).toEqual({ class: "config_changes", paths: `${dir}/**` });
      const said = (path: string) => covers(scope!, "config_changes", path);
      expect([said(`${dir}/y.tf`), said(`${dir}/deep/y.tf`)]).toEqual([true, true]);
      expect([said("infra/a/x.tf"), said("infra/b/x.tf"), said(dir), said(`${dir}/`), said(`${dir}2/x.tf`)]).toEqual(
        Array(5).fill(false),
      );
    },
  );

  it("is of classes of paths only, by directory; a file at the top is only itself", () => {
    const evidence = [
      "database_migrations: db/migrations/1.sql",
      "database_migrations: db/migrations/2.sql",
      "config_changes: Dockerfile",
      "dependencies: left-pad@^1",
      "ratchet fewer-tests: test: 31 before, 30 here",
      "config_changes: infra/{a,b}/x.tf",
    ];
    expect(rememberable(evidence)).toEqual([
      { class: "database_migrations", paths: "db/migrations/**" },
      { class: "config_changes", paths: "Dockerfile" },
      { class: "config_changes", paths: "infra/{a,b}/**" },
    ]);
    expect(notRememberable(evidence)).toEqual([evidence[3], evidence[4]]);
  });
});
