import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type ModelServer, startModelServer } from "./model-server.ts";
import { criteriaOf, type Feature, paragraphOf } from "./seeded/feature.ts";
import { readOperations } from "./seeded/operation.ts";
import { type SeededProject, seededProject } from "./seeded-project.ts";

let server: ModelServer | null = null;
let dir: string | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
  if (dir !== null) rmSync(dir, { recursive: true });
  dir = null;
});

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("a seeded project", () => {
  it("is the same for the same seed, and another for another", () => {
    const text = (seed: number) => JSON.stringify([seededProject(seed).prd, seededProject(seed).files]);
    fc.assert(
      fc.property(seeds, (seed) => {
        const [once, again, other] = [text(seed), text(seed), text(seed + 1)];
        return once === again && once !== other;
      }),
      { numRuns: 50 },
    );
  });

  it("has 5 to 7 features with names of their own, two that build upon others, and a hard one that nothing builds upon", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { features, hard } = seededProject(seed);
        expect(features.length).toBeGreaterThanOrEqual(5);
        expect(features.length).toBeLessThanOrEqual(7);
        expect(new Set(features.map(({ title }) => title)).size).toBe(features.length);
        expect(features.filter(({ base }) => base !== null).length).toBeGreaterThanOrEqual(2);
        expect(features.some(({ base }) => base === hard)).toBe(false);
        for (const [n, { base }] of features.entries()) expect(base === null || features.indexOf(base) < n).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("says what it wants so that it can be read back, and shows where the hard one is misunderstood", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { features, hard } = seededProject(seed);
        for (const feature of features) {
          const read = readOperations(paragraphOf(feature));
          expect(read.map(({ code }) => code)).toEqual(feature.operations.map(({ code }) => code));
          const run = (text: string, codes: readonly string[]) =>
            codes.reduce((result, code) => new Function("text", `return ${code}`)(result) as string, text);
          if (feature.base !== null) continue;
          for (const { given, expected } of feature.examples) {
            expect(
              run(
                given,
                read.map(({ code }) => code),
              ),
            ).toBe(expected);
            for (const n of feature === hard ? [0, 1] : []) {
              const wrong = read.map(({ code, wrongCode }) => wrongCode?.[n] ?? code);
              expect(run(given, wrong)).not.toBe(expected);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

const TASK = {
  type: "object",
  additionalProperties: false,
  required: [
    "key",
    "parent",
    "title",
    "description",
    "acceptance",
    "depends_on",
    "requirements",
    "kind",
    "complexity",
    "new_field",
  ],
  properties: {
    key: { type: "string" },
    parent: { anyOf: [{ type: "string" }, { type: "null" }] },
    title: { type: "string" },
    description: { type: "string" },
    acceptance: { type: "array", items: { type: "string" } },
    depends_on: { type: "array", items: { type: "string" } },
    requirements: { type: "array", items: { type: "string" } },
    kind: { type: "string", enum: ["feature", "fix"] },
    complexity: { type: "integer" },
    new_field: { type: ["string", "null"] },
  },
};
const SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["tasks"],
  properties: { tasks: { type: "array", items: TASK } },
};

interface Planned {
  readonly key: string;
  readonly parent: string | null;
  readonly title: string;
  readonly depends_on: readonly string[];
  readonly requirements: readonly string[];
  readonly complexity: number;
  readonly new_field: null;
}

async function plan(project: SeededProject, question: string): Promise<readonly Planned[]> {
  server ??= await startModelServer(project.script);
  const client = new Anthropic({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
  const sentences = project.features.map((feature, n) => `R-${n} (must): ${paragraphOf(feature).split(". ")[0]}.`);
  const message = await client.messages.create({
    model: "claude-sonnet-5-5",
    max_tokens: 10_000,
    system: `You plan.\n\n<document path="prd.md">\n${project.prd}\n</document>\n\n<requirements>\n${sentences.join("\n").replaceAll("`", "")}\n</requirements>`,
    messages: [{ role: "user", content: question }],
    output_config: { format: { type: "json_schema", schema: SCHEMA } },
  });
  const [block] = message.content;
  return (JSON.parse(block?.type === "text" ? block.text : "{}") as { tasks: Planned[] }).tasks;
}

describe("its model as a planner", () => {
  it("reads the features, what they build upon and which requirements they serve from the document", async () => {
    const project = seededProject(7);
    const tasks = await plan(project, "Make the first level. There are no further levels.");
    expect(tasks.map(({ title }) => title)).toEqual(project.features.map(({ title }) => title));
    const keyOf = (feature: Feature) => tasks[project.features.indexOf(feature)]!.key;
    expect(tasks.map(({ depends_on }) => depends_on)).toEqual(
      project.features.map(({ base }) => (base === null ? [] : [keyOf(base)])),
    );
    expect(tasks.map(({ requirements }) => requirements)).toEqual(project.features.map((_, n) => [`R-${n}`]));
    expect(tasks.every(({ new_field }) => new_field === null)).toBe(true);
  });

  it("goes level by level when it may", async () => {
    const project = seededProject(8);
    const chapters = await plan(project, "Make the first level. Tasks of complexity 6 or more will be split.");
    expect(chapters).toHaveLength(2);
    expect(chapters.every(({ complexity }) => complexity >= 6)).toBe(true);
    const parts = await Promise.all(
      chapters.map(({ key }) => plan(project, `Split the task ${key} into 2 to 30 tasks.`)),
    );
    expect(parts.flat().map(({ title }) => title)).toEqual(project.features.map(({ title }) => title));
    expect(parts[1]!.every(({ parent }) => parent === chapters[1]!.key)).toBe(true);
  });
});

const TOOLS: Anthropic.Tool[] = [
  { name: "bash", input_schema: { type: "object", properties: { command: { type: "string" } } } },
  {
    name: "edit",
    input_schema: { type: "object", properties: { path: { type: "string" }, file_text: { type: "string" } } },
  },
  { name: "claim_done", input_schema: { type: "object", properties: { evidence: { type: "string" } } } },
];

/** Runs a conversation to its end, doing what the model asks for; answers the names of the tools it used. */
async function code(project: SeededProject, clone: string, brief: string, tools = TOOLS): Promise<readonly string[]> {
  server ??= await startModelServer(project.script);
  const client = new Anthropic({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: brief }];
  const used: string[] = [];
  for (;;) {
    const { content, stop_reason } = await client.messages.create({
      model: "claude-sonnet-5-5",
      max_tokens: 4_000,
      tools,
      messages,
    });
    messages.push({ role: "assistant", content });
    if (stop_reason !== "tool_use") return used;
    const results = content.flatMap((block): Anthropic.ToolResultBlockParam[] => {
      if (block.type !== "tool_use") return [];
      used.push(block.name);
      return [{ type: "tool_result", tool_use_id: block.id, content: doTool(clone, block) }];
    });
    messages.push({ role: "user", content: results });
  }
}

function doTool(clone: string, { name, input }: Anthropic.ToolUseBlock): string {
  const { command, path, file_text } = input as Readonly<Record<string, string>>;
  if (name === "bash") {
    const ran = spawnSync("/bin/sh", ["-c", command!], {
      cwd: clone,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: clone },
    });
    return `${ran.stdout}${ran.stderr}` || "(no output)";
  }
  if (name === "edit") writeFileSync(join(clone, path!), file_text!);
  return "done";
}

function repository(project: SeededProject): string {
  dir = mkdtempSync(join(tmpdir(), "seeded-"));
  for (const [path, text] of Object.entries(project.files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  for (const args of [
    ["init", "-q"],
    ["config", "user.name", "t"],
    ["config", "user.email", "t@localhost"],
    ["add", "-A"],
    ["commit", "-qm", "start"],
  ])
    execFileSync("git", args, { cwd: dir });
  return dir;
}

const briefOf = (feature: Feature) =>
  `# TASK-1 ${feature.title}\n\n> ${paragraphOf(feature).split(". ")[0]}.\n\n${paragraphOf(feature)}\n\n## Acceptance\n${criteriaOf(feature).join("\n")}\n`;
const GATES = {
  lint: ["--experimental-vm-modules", "--no-warnings", "scripts/lint.mjs"],
  build: ["scripts/build.mjs"],
  test: ["--test"],
};
const ok = (clone: string, gate: keyof typeof GATES) =>
  spawnSync(process.execPath, GATES[gate], { cwd: clone, env: { PATH: process.env.PATH } }).status === 0;

describe("its model as a coding agent", () => {
  it.each([1, 2_000_000])(
    "does every feature but the hard one, gates green, seed %i",
    { timeout: 120_000 },
    async (seed) => {
      const project = seededProject(seed);
      const clone = repository(project);
      for (const script of ["lint", "build", "test"] as const) expect(ok(clone, script), script).toBe(true);
      for (const feature of project.features.filter((one) => one !== project.hard)) {
        const used = await code(project, clone, briefOf(feature));
        expect(used).toEqual(["bash", "edit", "edit", "bash", "bash", "claim_done"]);
      }
      for (const script of ["lint", "build", "test"] as const) expect(ok(clone, script), script).toBe(true);
      // Without an editor it writes with the shell; what it writes is wrong each time, and not the same.
      const [first] = TOOLS;
      await code(project, clone, briefOf(project.hard), [first!]);
      expect(ok(clone, "test")).toBe(false);
      await code(project, clone, `${briefOf(project.hard)}\n## What was red in the last try\n\ntest\n`);
      expect(ok(clone, "test")).toBe(false);
      const subjects = execFileSync("git", ["log", "--format=%s"], { cwd: clone, encoding: "utf8" }).trim().split("\n");
      expect(subjects).toHaveLength(1 + project.features.length + 1);
      expect(execFileSync("git", ["status", "--short"], { cwd: clone, encoding: "utf8" })).toBe("");
    },
  );

  it("says so when a brief holds nothing it knows", async () => {
    const project = seededProject(3);
    expect(await code(project, "/", "# Make coffee")).toEqual([]);
  });
});
