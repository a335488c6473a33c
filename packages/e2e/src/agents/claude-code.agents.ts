/** Claude Code's real command line, inside the sandbox, with a scripted model: from a PRD to landed commits. Costs nobody anything. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLAUDE } from "@taskwerk/rehearsal/find-claude";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { describe, expect, it } from "vitest";
import { dataOf, keepProjects, makeProject, PLAIN } from "../runs/project.ts";

const KEY = "sk-dummy-key-of-a-test";
const PRD = `# Words

## Requirements

- The module must say hello: \`hello()\` returns "hello".
- The module must say bye: \`bye()\` returns "bye".
- The module must be polite: \`please()\` returns "please".
`;

/** The word that a task is about, by its brief: what stands before that also tells of the commits of others. */
const wordOf = (text: string): string => /# Task TASK-[\s\S]*?\b(hello|bye|please)\(\)/.exec(text)?.[1] ?? "nothing";

/** Asks about "please" until the brief holds the answer; writes the module and its test, runs it, commits, says that it is done. */
const STEPS: readonly ((text: string) => Turn)[] = [
  (text) =>
    wordOf(text) === "please" && !text.includes("How polite?")
      ? {
          tool: {
            name: "mcp__conductor__ask_human",
            input: { question: "How polite?", options: ["very", "a little"], default: "very", reversible: true },
          },
        }
      : {
          text: "I begin.",
          tool: { name: "Bash", input: { command: "git log --oneline", description: "Looks around" } },
        },
  (text) => {
    const word = wordOf(text);
    const module = `export const ${word} = () => "${word}";\n`;
    const test = [
      'import assert from "node:assert/strict";',
      'import { test } from "node:test";',
      `import { ${word} } from "./${word}.js";`,
      `test("says ${word}", () => assert.equal(${word}(), "${word}"));`,
      "",
    ].join("\n");
    const command = [`cat > ${word}.js <<'X'`, `${module}X`, `cat > ${word}.test.js <<'X'`, `${test}X`].join("\n");
    return { tool: { name: "Bash", input: { command, description: "Writes the module and its test" } } };
  },
  (text) => ({
    tool: {
      name: "Bash",
      input: {
        command: `node --test && git add -A && git commit -qm "feat: say ${wordOf(text)}"`,
        description: "Tests and commits",
      },
    },
  }),
  () => ({ tool: { name: "mcp__conductor__claim_done", input: { evidence: "node --test passes" } } }),
];
/** A conversation that begins again begins with the first step: how far it is, its own answers tell. */
const turn: ComputedTurn = ({ text, body }) =>
  STEPS[body.messages.filter(({ role }) => role === "assistant").length]?.(text) ?? { text: "Done." };

describe.skipIf(CLAUDE === "")("Claude Code", () => {
  const keep = keepProjects();

  it("plans a PRD with a login and no key, and what it cost is what the model's side counts", async () => {
    const server = await startModelServer({
      lanes: [
        {
          name: "planner",
          turns: [
            ({ text }) => ({
              json: {
                tasks: [...text.matchAll(/^(\S+) \(must\): (.*\b(hello|bye|please)\(\).*)$/gm)].map(
                  ([, id, words, key]) => ({
                    ...{ key, parent: null, title: `Say ${key}`, description: "", type: "feature", acceptance: [] },
                    ...{ depends_on: [], requirements: [id], capabilities: [], files: [], new_files: [`${key}.js`] },
                    ...{ exists: [], modules: [], lines: 20, estimate_minutes: 10, complexity: 2, priority: "medium" },
                    ...{ confidence: "high", questions: [], source_quote: words },
                  }),
                ),
                more_requirements: [],
                questions: [],
                assumptions: [],
              },
            }),
          ],
          loop: true,
        },
      ],
    });
    const project = keep(await makeProject({ ...PLAIN, "PRD.md": PRD }, null));
    const { rig, conductor } = project;
    const env = { ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_OAUTH_TOKEN: KEY };
    try {
      await conductor("config", "set", "orchestration.agents.claude.path", CLAUDE);
      const planned = await rig.run("conductor", ["plan", "decompose", "PRD.md"], { env });
      expect(planned.code, planned.stdout + planned.stderr).toBe(0);
      expect(planned.stderr).toContain("planned by claude-cli, claude-sonnet-5-5; paid by the login of Claude Code");
      expect(planned.stderr).not.toContain(KEY);
      const events = dataOf<readonly { type: string; metadata?: { usage: unknown; tasks: number } }[]>(
        await conductor("events", "--json"),
      );
      const { costUsd, ...tokens } = server.state().spent;
      expect(events.find(({ type }) => type === "plan.saved")?.metadata).toMatchObject({
        tasks: 3,
        usage: { ...tokens, usd: expect.closeTo(costUsd ?? -1, 12) },
      });
    } finally {
      await server.close();
    }
  });

  it("works on the tasks of a PRD until they have landed, asks, and reaches nothing but its model", async () => {
    const server = await startModelServer({
      lanes: [{ name: "agent", match: { tool: "^mcp__conductor__ask_human$" }, turns: [turn], loop: true }],
    });
    const project = keep(await makeProject({ ...PLAIN, "PRD.md": PRD }, null));
    const { rig, git, conductor } = project;
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: KEY };
    const run = (...words: readonly string[]) => rig.run("conductor", words, { env });
    try {
      await conductor("config", "set", "orchestration.agents.claude.path", CLAUDE);
      const doctor = await run("doctor");
      expect(doctor.stdout).toMatch(/agent claude-cli\s+Claude Code \d+\.\d+/);
      const planned = await run("plan", "create", "PRD.md", "--planner", "outline", "--auto-import", "--json");
      expect(planned.code, planned.stdout + planned.stderr).toBe(0);
      const words = ["--agent", "claude-cli", "--auto", "--require-tests", "--budget", "5", "--json"];
      const ran = await run("orchestrate", "run", ...words);
      const state = server.state();
      expect(ran.code, JSON.stringify({ ...ran, failures: state.failures })).toBe(11);
      const [card] = dataOf<{ cards: readonly { id: string }[] }>(await conductor("inbox", "--json")).cards;
      expect((await conductor("answer", card!.id, "very")).code).toBe(0);
      const resumed = await run("resume", "--json");
      expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);

      expect(git("rev-list", "--count", "main..conductor/main")).toBe("3");
      for (const word of ["hello", "bye", "please"])
        expect(git("show", `conductor/main:${word}.js`)).toBe(`export const ${word} = () => "${word}";`);
      const report = dataOf<{
        costs: { knownUsd: number };
        tasks: readonly { landed: { receipts: unknown[] } | null }[];
      }>(await conductor("report", "--json"));
      expect(report.costs.knownUsd).toBeGreaterThan(0);
      for (const { landed } of report.tasks.filter((one) => one.landed !== null))
        expect(landed!.receipts.length).toBeGreaterThan(0);
      expect((await conductor("audit", "work")).code).toBe(0);

      const logs = join(rig.env.HOME!, ".local/state/conductor");
      const transcripts = readdirSync(logs, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".jsonl"))
        .toSorted();
      expect(transcripts.length).toBeGreaterThanOrEqual(3);
      const hash = createHash("sha256");
      for (const path of transcripts) hash.update(readFileSync(join(logs, path)));
      expect(transcripts.map((path) => readFileSync(join(logs, path), "utf8")).join("")).not.toContain(KEY);
      console.log(`${transcripts.length} transcripts, sha256 ${hash.digest("hex")}`);
    } finally {
      await server.close();
    }
  });
});
