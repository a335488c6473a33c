import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeProject, type Project } from "./project.ts";

describe("configuration", () => {
  let project: Project;
  const user = (): string => join(project.rig.env.HOME!, ".config/conductor/config.yml");
  const said = async (...args: readonly string[]): Promise<string> => (await project.conductor(args)).stdout;
  beforeAll(async () => {
    project = await makeProject();
  });
  afterAll(() => project.rig.remove());

  it("is set, got, explained and taken out again, and comments stay", async () => {
    expect(await said("config", "set", "budget.session_usd", "5")).toContain("budget.session_usd is 5 now");
    await writeFile(user(), `# mine\n${await readFile(user(), "utf8")}`);
    expect((await project.conductor(["config", "set", "safety.max_attempts", "2"])).code).toBe(0);
    expect(await readFile(user(), "utf8")).toMatch(/^# mine\nbudget:\n {2}session_usd: 5\norchestration:\n/);
    expect(await said("config", "get", "budget.session_usd")).toBe("5\n");
    const explained = await said("config", "explain", "safety.max_attempts");
    for (const words of ["How often a task goes back", "a whole number from 1 to 20", user(), "It is 2."])
      expect(explained).toContain(words);
    expect(await said("config", "list")).toContain("orchestration.safety.max_attempts");
    expect((await project.conductor(["config", "unset", "safety.max_attempts"])).code).toBe(0);
    expect(await said("config", "get", "safety.max_attempts")).toBe("3\n");
  });

  it("has rules whose test says what it wants where nothing is named", async () => {
    for (const more of [[], ["--preset", "ci"]]) {
      const { code, stderr } = await project.conductor(["policy", "test", ...more]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("conductor policy test --path src/a.ts --lines 20")]);
    }
    expect((await project.conductor(["policy", "test", "--path", "src/a.ts"])).code).toBe(0);
  });

  it("is explained although another key is wrong, which is a warning then; one that is wrong itself is refused", async () => {
    const before = await readFile(user(), "utf8").catch(() => "");
    await writeFile(
      user(),
      "budget:\n  session_usd: 5\nsafety:\n  max_attempts: many\nbudgett: 1\ngates:\n  - id: x\n    wen: y\norchestration:\n  capabilities:\n    gpu: 900\n",
    );
    try {
      const explained = await project.conductor(["config", "explain", "budget.session_usd"]);
      expect([explained.code, explained.stdout], explained.stderr).toEqual([0, expect.stringContaining("It is 5.")]);
      for (const words of ['"many" is not a whole number', 'unknown key "budgett"', 'unknown key "wen"'])
        expect(explained.stderr.replace(/\s+/g, " ")).toContain(words);
      const { stdout } = await project.conductor(["config", "explain", "budget.session_usd", "--json"]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, warnings: Array(4).fill(expect.any(String)) });
      for (const [key, words] of [
        ["safety.max_attempts", "is not a whole number"],
        ["orchestration.safety.max_attempts", "is not a whole number"],
        ["gates", 'unknown key "wen"'],
        ["orchestration.capabilities", "900"],
      ] as const) {
        const refused = await project.conductor(["config", "explain", key]);
        expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(words)]);
      }
    } finally {
      await writeFile(user(), before);
    }
  });

  it("says what counts where nothing is set, and cuts no description at 80 columns", async () => {
    expect(await said("config", "explain", "gates.timeout")).toContain("  The default is 10m.\n");
    expect(await project.json(["config", "get", "gates.timeout"])).toMatchObject({
      data: { value: "10m", set: false },
    });
    const unset = await project.conductor(["config", "get", "setup.run"]);
    expect(unset).toEqual({ code: 0, stdout: "", stderr: "setup.run is not set, and has no default.\n" });
    const list = await said("config", "list", "--all", "--format", "table");
    expect(list).toContain("orchestration.concurrency  2  (default)\n    How many agents work at once.\n");
    expect(list).toContain("setup.run  (not set)\n    What makes a fresh clone ready,");
    expect(list).toContain(
      "    Who pays when claude is named: api, a key, or cli, the login of Claude\n    Code's command line.",
    );
    for (const line of list.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("has caps by name, and says what is wrong with one, or with a way to tell people, in its line", async () => {
    const before = await readFile(user(), "utf8");
    expect(await said("config", "set", "orchestration.capabilities", "gpu=1,db=2")).toContain("is gpu=1,db=2 now");
    expect(await said("config", "explain", "orchestration.capabilities")).toContain("{gpu: 1}, each from 1 to 64");
    const ntfy = '[{"post": "http://127.0.0.1:1/x"}, {"command": ["mail", "me"]}, {"desktop": true}]';
    expect((await project.conductor(["config", "set", "notify", ntfy])).code).toBe(0);
    const doctor = await said("doctor");
    expect(doctor).toMatch(/note +notify post +http:\/\/127\.0\.0\.1:1\/x: nobody listens there\n/);
    const explained = await said("config", "explain", "notify");
    for (const words of [
      "Only you may set it",
      "post: an address",
      "command: a list of texts",
      "desktop: true or false",
    ])
      expect(explained).toContain(words);
    for (const [text, message, hint] of [
      ["orchestration:\n  capabilities:\n    gpu: none\n", 'line 3: "none" is not a whole number from 1 to 64', null],
      ["orchestration:\n  review_limt: 3\n", "line 2 has an unknown key", 'Did you mean "orchestration.review_limit"?'],
      ["orchestration:\n  ports: {from: 80}\n", 'line 2: "80" is not a whole number from 1024 to 65000', null],
      ["notify:\n  - pots: https://x\n", "line 2 has an unknown key", 'Did you mean "post"?'],
      ["notify:\n  - post: ntfy.sh\n", 'line 2: "ntfy.sh" is not an http or https address', null],
      ["notify:\n  - {desktop: true, post: https://x}\n", "line 2: each entry is one way", null],
      ["notify:\n  - command: []\n", "line 2: the command line is empty", null],
    ] as const) {
      await writeFile(user(), text);
      const wrong = await project.json(["config", "list"]);
      expect(wrong, text).toMatchObject({ exit: 2, error: { message: expect.stringContaining(message) } });
      if (hint !== null) expect(wrong).toMatchObject({ error: { hint } });
    }
    await writeFile(user(), before);
  }, 120_000);

  it("has a JSON Schema that takes what the program takes, and refuses what it refuses", async () => {
    const before = await readFile(user(), "utf8");
    const published = (name: string): object =>
      JSON.parse(readFileSync(new URL(`../../../../docs/reference/${name}.schema.json`, import.meta.url), "utf8"));
    const ajv = new Ajv2020({ allowUnionTypes: true });
    const [config, policy] = [ajv.compile(published("config")), ajv.compile(published("policy"))];
    expect((await project.json(["config", "schema"])).data).toEqual(published("config"));
    expect((await project.json(["policy", "schema"])).data).toEqual(published("policy"));
    const example = readFileSync(new URL("../../../../.conductor.example.yml", import.meta.url), "utf8");
    const users = example.split(/^# --- .* ---$/m)[1]!.replace(/^# ?/gm, "");
    for (const text of [example, users]) expect([config(parse(text)), config.errors]).toEqual([true, null]);
    expect([policy(parse(users).policy), policy.errors]).toEqual([true, null]);

    const rule = (over: object): object => ({ rules: [{ name: "mine", effect: "ask", paths: ["a/**"], ...over }] });
    const bare = { rules: [{ name: "mine", effect: "ask" }] };
    for (const [given, right] of [
      [rule({}), true],
      [{ preset: "ci", max_diff_lines: 10 }, true],
      [rule({ kinds: ["land", "run"], classes: ["database_migrations"] }), true],
      [rule({ effect: "allow", instead_of: ["database_migrations"] }), true],
      [rule({ instead_of: ["database_migrations"] }), false],
      [rule({ effect: "allow", instead_of: ["secrets"] }), false],
      [rule({ kinds: ["lnad"] }), false],
      [rule({ effect: "approve" }), false],
      [rule({ lines_over: -1 }), false],
      [rule({ path: ["a"] }), false],
      [rule({ name: "" }), false],
      [rule({ paths: "a/**" }), false],
      [bare, false],
      [{ preset: "nobody" }, false],
    ] as const) {
      await writeFile(user(), JSON.stringify({ policy: given }));
      const read = (await project.conductor(["policy", "show"])).code === 0;
      const text = JSON.stringify(given);
      expect([policy(given), config({ policy: given }), read], text).toEqual([right, right, right]);
    }
    for (const [given, right] of [
      [{ decisions: { deadline: "8h", on_expiry: { approvals: "deny" } } }, true],
      [{ decisions: { on_expiry: { approvals: "approve" } } }, false],
      [{ decisions: { on_expiry: "deny" } }, false],
      [{ decisions: { deadline: "soon" } }, false],
      [{ gates: [{ id: "e2e", run: "x", parse: "junit", report: "out/r.xml" }] }, true],
      [{ gates: [{ id: "e2e", run: "x", report: "out/r.xml" }] }, false],
      [{ gates: { timeout: "5m" }, workflow: { require_tests: true }, budget: null }, true],
      [{ orchestration: { capabilities: { gpu: 1 } } }, true],
      [{ orchestration: { capabilities: { gpu: "one" } } }, false],
      [{ notify: [{ post: "ntfy.sh" }] }, false],
      [{ budgets: { day_usd: 5 } }, false],
    ] as const) {
      await writeFile(user(), JSON.stringify(given));
      const read = (await project.conductor(["config", "list"])).code === 0;
      expect([config(given), read], JSON.stringify(given)).toEqual([right, right]);
    }
    // What could never hold is no rule; nor is one about what conductor does not do.
    for (const [wrong, words] of [
      [{ kinds: ["publish"], paths: ["a"] }, "with paths it would never hold: publish has targets"],
      [{ kinds: ["other"], targets: ["a"] }, '"other" is not one of judge, land, run, publish, command'],
    ] as const) {
      await writeFile(user(), JSON.stringify({ policy: { rules: [{ name: "mine", effect: "deny", ...wrong }] } }));
      const refused = await project.json(["policy", "show"]);
      expect(refused).toMatchObject({ exit: 2, error: { message: expect.stringContaining(words) } });
    }
    await writeFile(user(), before);
  }, 120_000);

  it("takes a list with commas between, and as a file has it", async () => {
    const key = "orchestration.agents.command.argv";
    const argv = async (given: string): Promise<unknown> => {
      expect((await project.conductor(["config", "set", key, given])).code).toBe(0);
      return (await project.json<{ value: unknown }>(["config", "get", key])).data.value;
    };
    expect(await argv("node, x.mjs")).toEqual(["node", "x.mjs"]);
    expect(await argv("[node, x.mjs]")).toEqual(["node", "x.mjs"]);
    expect(await argv('["node", "-e", "f(1, 2)"]')).toEqual(["node", "-e", "f(1, 2)"]);
    const broken = await project.json(["config", "set", key, "[node, {a: 1}]"]);
    expect(broken).toMatchObject({ exit: 2, error: { message: expect.stringContaining("is not a list of texts") } });
    expect((await project.conductor(["config", "unset", key])).code).toBe(0);
  });

  it("has a list of gates too, which makes room for what else is said under its name, and back", async () => {
    await said("config", "set", "gates.timeout", "5m");
    const list = [{ id: "e2e", run: "npm run e2e", network: true }];
    expect(await said("config", "set", "gates", JSON.stringify(list))).toContain("gates is [{");
    await said("config", "set", "gates.concurrency", "2");
    expect(await readFile(user(), "utf8")).toMatch(/gates_timeout: 5m\n[\s\S]*gates_concurrency: 2\n/);
    expect(await project.json(["config", "get", "gates"])).toMatchObject({ data: { value: list } });
    expect(await said("config", "get", "gates.timeout")).toBe("5m\n");
    const explained = await said("config", "explain", "gates");
    for (const words of ["a list of records", "id: a name, always", "network: true or false, only in your own file"])
      expect(explained).toContain(words);
    expect(await said("config", "list")).toContain("npm run e2e");
    expect(await project.json(["config", "set", "gates", '[{"id":"e2e"}]'])).toMatchObject({
      exit: 2,
      error: { code: "CONFIG_INVALID", message: expect.stringContaining('gates[0] in the command line has no "run"') },
    });
    for (const key of ["gates", "gates.timeout", "gates.concurrency"]) await said("config", "unset", key);
    expect(await readFile(user(), "utf8")).not.toContain("gates");
  });

  it("says what is wrong, on which line, and what was probably meant", async () => {
    expect(await project.json(["config", "set", "budget.session_usd", "much"])).toMatchObject({
      exit: 2,
      error: { code: "CONFIG_INVALID", message: expect.stringContaining('"much" is not a number') },
    });
    expect(await project.json(["config", "explain", "budget.sesion_usd"])).toMatchObject({
      exit: 2,
      error: { candidates: ["budget.session_usd"] },
    });
    const before = await readFile(user(), "utf8");
    await writeFile(user(), `${before}gates:\n  timeoutt: 5m\n`);
    expect(await project.json(["run", "--auto", "--budget", "1"])).toMatchObject({
      exit: 2,
      error: {
        message: expect.stringMatching(/line \d+ has an unknown key "gates.timeoutt"/),
        hint: 'Did you mean "gates.timeout"?',
      },
    });
    await writeFile(user(), before);
  });

  it("of a repository counts once it was agreed to, shows what has changed, and can be pinned in CI", async () => {
    const first = "gates:\n  timeout: 5m\n";
    await project.write(".conductor.yml", first);
    expect(await said("config", "explain", "gates.timeout")).toContain("(does not count)");
    expect(await project.json(["trust"])).toMatchObject({ exit: 4, error: { code: "CONFIRMATION_REQUIRED" } });
    expect(await project.json(["config", "get", "gates.timeout"])).toMatchObject({
      exit: 4,
      error: { code: "CONFIG_UNTRUSTED", message: expect.stringContaining("has not been agreed to") },
    });
    expect(await said("trust", "--yes")).toContain("timeout: 5m");
    expect(await said("config", "get", "gates.timeout")).toBe("5m\n");
    const second = first.replace("5m", "6m");
    await project.write(".conductor.yml", second);
    expect((await project.json(["config", "get", "gates.timeout"])).error!.message).toContain("has changed");
    const pin = createHash("sha256").update(second).digest("hex");
    expect(await said("config", "get", "gates.timeout", "--trust-config", pin)).toBe("6m\n");
    expect(await said("trust", "--yes")).toMatch(/-\s+timeout: 5m\n\s+\+\s+timeout: 6m/);
    expect(await said("config", "get", "gates.timeout")).toBe("6m\n");
  });
});
