import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { decompose } from "../../decompose.ts";
import { builtParser } from "../../read/built-parser.ts";
import type { ParserCommand } from "../../read/parse-in-child.ts";
import type { PlanProgress } from "../planner.ts";
import { plannerContract } from "../planner-contract.ts";
import type { PlanAnswer, TaskAnswer } from "./answer.ts";
import { type ClaudePlannerOptions, claudeApiPlanner } from "./claude-planner.ts";
import { type Asked, type ScriptedModel, startScriptedModel, type Turn } from "./scripted-model.ts";

const cwd = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let parser: ParserCommand;
beforeAll(async () => {
  parser = await builtParser();
});

const task = (key: string, fields: Partial<TaskAnswer> = {}): TaskAnswer => ({
  key,
  parent: null,
  title: `Do ${key}`,
  description: "",
  type: "feature",
  acceptance: [{ text: "it is there", proof: "npm test" }],
  depends_on: [],
  requirements: [],
  capabilities: [],
  files: [],
  estimate_minutes: 30,
  complexity: 3,
  priority: "medium",
  confidence: "high",
  questions: [],
  source_quote: null,
  ...fields,
});
const answer = (tasks: readonly TaskAnswer[], rest: Partial<PlanAnswer> = {}): PlanAnswer => ({
  tasks: [...tasks],
  more_requirements: [],
  questions: [],
  assumptions: [],
  ...rest,
});
const IDS = ["US1", "US2", "FR-001", "FR-002", "FR-003", "NFR-1", "SC-001", "SC-002"];
const whole = (fields: Partial<TaskAnswer> = {}) =>
  task("reminders", { requirements: IDS, source_quote: "The system MUST keep reminders over a restart", ...fields });

const open: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});
const QUICK = { budgetMs: 2_000, baseMs: 1, maxMs: 5, tries: 4 };

async function model(script: (asked: Asked, n: number) => Turn): Promise<ScriptedModel> {
  const started = await startScriptedModel(script);
  open.push(started);
  return started;
}
const run = (
  url: string,
  options: Partial<ClaudePlannerOptions> = {},
  more: { maxDepth?: number; signal?: AbortSignal; onProgress?: (p: PlanProgress) => void } = {},
) =>
  decompose({
    paths: ["reminders-spec.md"],
    cwd,
    parser,
    maxDepth: 3,
    planner: claudeApiPlanner({ apiKey: "sk-test", model: "claude-opus-5-5", baseURL: url, retry: QUICK, ...options }),
    ...more,
  });
const questionOf = (asked: Asked) => asked.messages[0]?.content ?? "";

/** Splits the one large task in two; the parts are small. */
const splitting = (asked: Asked): Turn =>
  questionOf(asked).startsWith("Make the first level")
    ? { answer: answer([whole({ complexity: 8 })]) }
    : {
        answer: answer([
          task("store", { source_quote: "keep reminders over a restart" }),
          task("tell", { depends_on: ["store"] }),
        ]),
      };

describe("planning with a model", () => {
  it("splits large tasks level by level, with keys under their parents and references that follow", async () => {
    const { url, asked } = await model(splitting);
    const { plan } = await run(url);
    expect(plan.tasks.map(({ key, parent, depends_on }) => [key, parent, depends_on])).toEqual([
      ["reminders", null, []],
      ["reminders.store", "reminders", []],
      ["reminders.tell", "reminders", ["reminders.store"]],
    ]);
    expect(asked).toHaveLength(2);
  });

  it("sends the documents in a prefix that is byte-equal in every call and cached, and the key as a bearer", async () => {
    const { url, asked } = await model(splitting);
    await run(url);
    expect(asked[0]?.system).toEqual(asked[1]?.system);
    expect(asked[0]?.system.at(-1)?.cache_control).toEqual({ type: "ephemeral" });
    expect(asked[0]?.system.at(-1)?.text).toContain("The system MUST keep reminders");
    expect(asked[0]?.authorization).toBe("Bearer sk-test");
  });

  it("asks for a flat list in which every field is required", async () => {
    const { url, asked } = await model(splitting);
    await run(url);
    const schema = JSON.stringify(asked[0]?.output_config.format.schema);
    expect(schema).not.toContain("$ref");
    const items = (
      asked[0]!.output_config.format.schema as {
        properties: { tasks: { items: { properties: object; required: string[]; additionalProperties: boolean } } };
      }
    ).properties.tasks.items;
    expect(items.required).toEqual(Object.keys(items.properties));
    expect(items.additionalProperties).toBe(false);
  });

  it("tells calls, tokens and cost on the way, and null for a model without a price", async () => {
    const { url } = await model(splitting);
    const told: PlanProgress[] = [];
    await run(url, {}, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ level, calls, tasks }) => [level, calls, tasks])).toEqual([
      [1, 1, 1],
      [2, 2, 3],
    ]);
    expect(told.at(-1)?.usage).toEqual({
      inputTokens: 200,
      outputTokens: 100,
      cacheReadTokens: 1_000,
      cacheWriteTokens: 1_000,
      usd: expect.closeTo((200 * 4 + 100 * 20 + 1_000 * 0.2 + 1_000 * 5) / 1e6, 10),
    });
    await run(url, { model: "other" }, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)?.usage.usd).toBeNull();
  });

  it("drops a quote that is not in the document and is not sure of that task any more", async () => {
    const { url } = await model(() => ({ answer: answer([whole({ source_quote: "The system MUST make coffee" })]) }));
    const { plan } = await run(url);
    expect(plan.tasks[0]).toMatchObject({ source: null, quote: null, confidence: "low" });
  });

  it("keeps a requirement that only the model saw when its quote is real, and no other", async () => {
    const more = [
      { id: "X-1", level: "must" as const, text: "Nothing is forgotten", quote: "so that I forget nothing" },
      { id: "X-2", level: "must" as const, text: "Coffee", quote: "coffee for everybody" },
    ];
    const { url } = await model(() => ({
      answer: answer([whole({ requirements: [...IDS, "X-1"] })], { more_requirements: more }),
    }));
    const { plan } = await run(url);
    expect(plan.requirements.filter(({ id }) => id.startsWith("X")).map(({ id, source }) => [id, source])).toEqual([
      ["X-1", "reminders-spec.md#L9"],
    ]);
  });

  it("takes no path that leaves the repository and no word for done", async () => {
    const { url } = await model(() => ({ answer: answer([whole({ files: ["/etc/passwd", "../x", "src/a.ts"] })]) }));
    const { plan } = await run(url);
    expect(plan.tasks[0]).toMatchObject({ files: ["src/a.ts"], done: false });
  });
});

describe("a draft that breaks rules", () => {
  it("is sent back once with what is wrong", async () => {
    const { url, asked } = await model((_, n) => ({
      answer: n === 1 ? answer([whole({ depends_on: ["nowhere"] })]) : answer([whole()]),
    }));
    const { plan, problems } = await run(url);
    expect(plan.tasks[0]?.depends_on).toEqual([]);
    expect(problems.some(({ severity }) => severity !== "warning")).toBe(false);
    expect(questionOf(asked[1]!)).toContain("dangling-dependency");
    expect(asked).toHaveLength(2);
  });

  it("ends in PLAN_INVALID, with the draft kept, when the second is no better", async () => {
    const { url, asked } = await model(() => ({ answer: answer([whole({ depends_on: ["nowhere"] })]) }));
    const kept: string[] = [];
    const planner = claudeApiPlanner({ apiKey: "k", model: "m", baseURL: url, retry: QUICK });
    const keepDraft = async (plan: { id: string }) => {
      kept.push(plan.id);
      return "draft.yaml";
    };
    await expect(
      decompose({ paths: ["reminders-spec.md"], cwd, parser, maxDepth: 3, planner, keepDraft }),
    ).rejects.toMatchObject({
      code: "PLAN_INVALID",
      details: { file: "draft.yaml" },
    });
    expect(kept).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it("asks again for a MUST without a task, and leaves it a gap when it stays", async () => {
    const { url, asked } = await model(() => ({ answer: answer([whole({ requirements: IDS.slice(1) })]) }));
    const { problems } = await run(url);
    expect(problems[0]).toMatchObject({ severity: "gap", about: ["US1"] });
    expect(asked).toHaveLength(2);
  });
});

describe("a model in trouble", () => {
  const good = { answer: answer([whole()]) };
  it.each<[string, Turn]>([
    ["too many requests", { status: 429, headers: { "retry-after": "0" } }],
    ["an overloaded server", { status: 529 }],
    ["a failing server", { status: 500 }],
    ["a cut connection", { ...good, broken: "cut" }],
    ["an error in the stream", { ...good, broken: { error: "overloaded_error" } }],
    ["a stream that falls silent", { ...good, broken: "hang" }],
  ])("is asked again after %s", async (_, trouble) => {
    const { url, asked } = await model((_asked, n) => (n === 1 ? trouble : good));
    const told: PlanProgress[] = [];
    const { plan } = await run(url, { idleMs: 300 }, { onProgress: (progress) => told.push(progress) });
    expect(plan.tasks).toHaveLength(1);
    expect(asked).toHaveLength(2);
    expect(told[0]?.waiting).toBeDefined();
  });

  it.each<[string, Turn, string, number]>([
    ["a refused key", { status: 401 }, "CREDENTIAL_MISSING", 1],
    ["a refused call", { status: 400 }, "MODEL_ERROR", 1],
    ["a limit longer than the wait allowed", { status: 429, headers: { "retry-after": "3600" } }, "RATE_LIMITED", 1],
    ["a server that stays overloaded", { status: 529 }, "MODEL_ERROR", 4],
    ["a cut-off answer", { ...good, stop: "max_tokens" }, "MODEL_ERROR", 1],
    ["a refusal", { answer: "No.", stop: "refusal" }, "MODEL_ERROR", 1],
    ["half of a JSON", { answer: '{"tasks": [' }, "MODEL_ERROR", 1],
    ["another shape", { answer: { tasks: [{ title: "x" }] } }, "MODEL_ERROR", 1],
    ["a page instead of a model", { html: true }, "MODEL_ERROR", 1],
  ])("ends in a typed error on %s, without a plan", async (_, turn, code, calls) => {
    const { url, asked } = await model(() => turn);
    await expect(run(url)).rejects.toMatchObject({ name: "WerkError", code });
    expect(asked).toHaveLength(calls);
  });

  it("answers no half plan when one of several splits fails", async () => {
    const { url } = await model((asked, n) => {
      if (n === 1)
        return {
          answer: answer([whole({ complexity: 9 }), task("other", { complexity: 9, source_quote: "A dark theme" })]),
        };
      return questionOf(asked).includes("Split the task other")
        ? { status: 400 }
        : { answer: answer([task("a"), task("b")]) };
    });
    await expect(run(url)).rejects.toMatchObject({ code: "MODEL_ERROR" });
  });

  it("stops at once when it is told to", async () => {
    const { url } = await model(() => ({ ...good, broken: "hang" }));
    const abort = new AbortController();
    const going = run(url, {}, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 300);
    await expect(going).rejects.toThrow("enough");
  });
});

describe("with a model that plans by the requirements it is given", () => {
  let url = "";
  beforeAll(async () => {
    const cover = (asked: Asked): Turn => {
      const list = asked.system.at(-1)?.text.split("<requirements>")[1] ?? "";
      const found = [...list.matchAll(/^([\w-]+) \((?:must|should|may)\): (.*)$/gm)];
      const tasks = found.map(([, id = "", text = ""]) =>
        task(`for-${id}`, { requirements: [id], source_quote: text }),
      );
      return { answer: answer(tasks) };
    };
    const started = await startScriptedModel(cover);
    url = started.url;
    return () => started.close();
  });
  plannerContract("claude-api", () =>
    claudeApiPlanner({ apiKey: "k", model: "claude-opus-5-5", baseURL: url, retry: QUICK }),
  );
});
