import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestBody } from "@taskwerk/rehearsal/model/request";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import type { ModelServer } from "@taskwerk/rehearsal/model-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decompose } from "../../decompose.ts";
import { builtParser } from "../../read/built-parser.ts";
import type { ParserCommand } from "../../read/parse-in-child.ts";
import { claudeApiTransport } from "../claude-api/transport.ts";
import { testClaude } from "../claude-cli/test-program.ts";
import { claudeCliTransport } from "../claude-cli/transport.ts";
import type { PlanProgress } from "../planner.ts";
import { plannerContract } from "../planner-contract.ts";
import { type ModelPlannerOptions, modelPlanner } from "./model-planner.ts";
import type { Transport } from "./question.ts";
import {
  coverAll,
  FIXTURES,
  playModel,
  questionOf,
  REMINDERS,
  sampleAnswer,
  sampleTask,
  wholeTask,
} from "./sample-answers.ts";

const MODEL = "claude-opus-5-5";
const QUICK = { budgetMs: 60_000, baseMs: 1, maxMs: 5, tries: 4 };
let parser: ParserCommand;
let scratch = "";
let program = "";
beforeAll(async () => {
  parser = await builtParser();
  scratch = await mkdtemp(join(tmpdir(), "planner-"));
  program = await testClaude(scratch);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const open: ModelServer[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});
async function model(turn: (request: Parameters<ComputedTurn>[0], n: number) => Turn): Promise<ModelServer> {
  let n = 0;
  const started = await playModel((request) => {
    n += 1;
    return turn(request, n);
  });
  open.push(started);
  return started;
}

const TRANSPORTS: Readonly<Record<string, (baseURL: string, idleMs?: number, name?: string) => Transport>> = {
  "claude-api": (baseURL, idleMs = 60_000, name = MODEL) =>
    claudeApiTransport({ apiKey: "sk-test", model: name, baseURL, idleMs }),
  "claude-cli": (baseURL, idleMs = 60_000, name = MODEL) =>
    claudeCliTransport({
      path: program,
      model: name,
      credential: { kind: "token", oauthToken: "sk-test" },
      baseURL,
      homeDir: scratch,
      tmpDir: scratch,
      hostEnv: { PATH: process.env.PATH },
      idleMs,
    }),
};

/** A process needs a while before it says its first word. */
const idleMs = (name: string, { hang }: Turn): number =>
  hang === undefined ? 60_000 : name === "claude-cli" ? 5_000 : 1_000;

interface Run {
  readonly maxDepth?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
  readonly options?: Partial<ModelPlannerOptions>;
}
const run = (transport: Transport, { options = {}, ...more }: Run = {}) =>
  decompose({
    paths: ["reminders-spec.md"],
    cwd: FIXTURES,
    parser,
    maxDepth: 3,
    planner: modelPlanner({ transport, retry: QUICK, ...options }),
    ...more,
  });

/** Splits the one large task in two; the parts are small. */
const splitting: ComputedTurn = ({ body }) => ({
  json: questionOf(body).startsWith("Make the first level")
    ? sampleAnswer([wholeTask({ complexity: 8 })])
    : sampleAnswer([
        sampleTask("store", { source_quote: "keep reminders over a restart" }),
        sampleTask("tell", { depends_on: ["store"] }),
      ]),
});
const bodies = ({ requests }: ModelServer): readonly RequestBody[] => requests.map(({ body }) => body);

describe.each(Object.entries(TRANSPORTS))("planning with a model over %s", { timeout: 60_000 }, (name, transportOf) => {
  it("splits large tasks level by level, with keys under their parents and references that follow", async () => {
    const server = await model(splitting as never);
    const { plan } = await run(transportOf(server.url));
    expect(plan.planner).toEqual({ name, model: MODEL });
    expect(plan.tasks.map(({ key, parent, depends_on }) => [key, parent, depends_on])).toEqual([
      ["reminders", null, []],
      ["reminders.store", "reminders", []],
      ["reminders.tell", "reminders", ["reminders.store"]],
    ]);
    expect(server.requests).toHaveLength(2);
  });

  it("sends the documents in a prefix that is the same in every call and read from the provider's cache", async () => {
    const server = await model(splitting as never);
    await run(transportOf(server.url));
    const prefixes = bodies(server).map(({ system, messages }) =>
      JSON.stringify([system, (messages[0]!.content as readonly object[]).slice(0, -1)]),
    );
    expect(prefixes[0]).toBe(prefixes[1]);
    expect(prefixes[0]).toContain("The system MUST keep reminders");
    expect(prefixes[0]).toContain('"cache_control":{"type":"ephemeral"}');
    expect(server.state().spent.cacheReadTokens).toBeGreaterThan(1_000);
  });

  it("tells calls, tokens, cost and what is decomposed, as the model's side counts them", async () => {
    const server = await model(splitting as never);
    const told: PlanProgress[] = [];
    await run(transportOf(server.url), { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ level, calls, tasks, about }) => [level, calls, tasks, about])).toEqual([
      [1, 0, 0, null],
      [1, 1, 1, undefined],
      [2, 1, 1, "Do reminders"],
      [2, 2, 3, undefined],
    ]);
    const { costUsd, ...tokens } = server.state().spent;
    expect(told.at(-1)?.usage).toEqual({ ...tokens, usd: expect.closeTo(costUsd ?? -1, 12) });
    expect(costUsd).toBeGreaterThan(0);
  });

  const good = { json: sampleAnswer([wholeTask()]) };
  it.each<[string, Turn]>([
    ["too many requests", { error: 429, retryAfterSeconds: 0 }],
    ["an overloaded server", { error: 529 }],
    ["a failing server", { error: 500 }],
    ["a cut connection", { ...good, cut: true }],
    ["an error in the stream", { ...good, streamError: "overloaded_error" }],
    ["a stream that falls silent", { ...good, hang: "mid" }],
  ])("asks again after %s, and pays for what came", async (_, trouble) => {
    const server = await model((_request, n) => (n === 1 ? trouble : good));
    const told: PlanProgress[] = [];
    const { plan } = await run(transportOf(server.url, idleMs(name, trouble)), {
      onProgress: (progress) => told.push(progress),
    });
    expect(plan.tasks).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
    expect(told.filter(({ waiting }) => waiting !== undefined)).toHaveLength(1);
    const { costUsd, ...tokens } = server.state().spent;
    expect(told.at(-1)?.usage).toEqual({ ...tokens, usd: expect.closeTo(costUsd ?? -1, 12) });
    expect(told.at(-1)?.calls).toBe(2);
  });

  it.each<[string, Turn, string, string, number]>([
    ["a refused key", { error: 401 }, "CREDENTIAL_MISSING", "unauthorized", 1],
    ["a model that this account may not use", { error: 403 }, "FORBIDDEN", "forbidden", 1],
    ["an account without credit", { error: 402 }, "MODEL_ERROR", "no-credit", 1],
    ["a model that is not there", { error: 404 }, "MODEL_ERROR", "no-such-model", 1],
    ["a call that is refused", { error: 400 }, "MODEL_ERROR", "rejected", 1],
    ["a server that stays overloaded", { error: 529 }, "MODEL_ERROR", "overloaded", 4],
    ["a server that stays broken", { error: 500 }, "MODEL_ERROR", "failing", 4],
    ["an answer that is cut off at its longest", { ...good, stopReason: "max_tokens" }, "MODEL_ERROR", "cut-off", 1],
    [
      "documents that have no room",
      { ...good, stopReason: "model_context_window_exceeded" },
      "MODEL_ERROR",
      "too-long",
      1,
    ],
    ["a refusal", { text: "No.", stopReason: "refusal" }, "MODEL_ERROR", "refused", 1],
    ["words instead of JSON", { text: '{"tasks": [' }, "MODEL_ERROR", "malformed", 1],
    ["another shape", { json: { tasks: [{ title: "x" }] } }, "MODEL_ERROR", "other-shape", 1],
    ["a connection that is cut each time", { ...good, cut: true }, "MODEL_ERROR", "broken-off", 4],
    ["a stream that falls silent each time", { ...good, hang: "mid" }, "MODEL_ERROR", "silent", 1],
  ])("ends in an outcome of its own on %s, without a plan", async (_, turn, code, outcome, calls) => {
    const server = await model(() => turn);
    const retry = { ...QUICK, tries: calls };
    await expect(run(transportOf(server.url, idleMs(name, turn)), { options: { retry } })).rejects.toMatchObject({
      name: "WerkError",
      code,
      hint: expect.stringMatching(/\w/),
      details: { outcome, tries: calls },
    });
    expect(server.requests).toHaveLength(calls);
  });

  it("stops at once when it is told to, and leaves nothing running", async () => {
    const server = await model(() => ({ ...good, hang: "mid" }));
    const abort = new AbortController();
    const going = run(transportOf(server.url), { signal: abort.signal });
    const asked = async (): Promise<void> => {
      while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 20));
    };
    await asked();
    abort.abort(new Error("enough"));
    await expect(going).rejects.toThrow("enough");
    await expect.poll(() => server.state().inFlight).toBe(0);
  });
});

describe("how long a limit holds", () => {
  it("is kept to for every question of the account, and told when it is too long to wait for", async () => {
    const server = await model(() => ({ error: 429, retryAfterSeconds: 3_600 }));
    await expect(run(TRANSPORTS["claude-api"]!(server.url))).rejects.toMatchObject({
      code: "RATE_LIMITED",
      message: expect.stringContaining("in 60 min"),
      details: { outcome: "limited", retryAfterMs: 3_600_000 },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("a program that is not Claude Code, or not there", () => {
  it.each([
    ["is not there", "/nowhere/claude", MODEL],
    ["ends before it asks", "", "crashes"],
  ])("is named when it %s", async (_, path, name) => {
    const transport = claudeCliTransport({
      path: path || program,
      model: name,
      credential: { kind: "login" },
      homeDir: scratch,
      tmpDir: scratch,
      hostEnv: {},
    });
    await expect(run(transport)).rejects.toMatchObject({
      code: "AGENT_UNAVAILABLE",
      details: { outcome: "unavailable" },
    });
  });
});

describe("a page where a model should be", () => {
  it("is told from a model", async () => {
    const server = await model(() => ({ page: "<html>Log in</html>" }));
    await expect(run(TRANSPORTS["claude-api"]!(server.url))).rejects.toMatchObject({
      code: "MODEL_ERROR",
      details: { outcome: "no-model" },
    });
  });
});

describe("what a model may say", () => {
  const planned = async (turn: ComputedTurn, more: Run = {}) => {
    const server = await model(turn as never);
    return { ...(await run(TRANSPORTS["claude-api"]!(server.url), more)), server };
  };

  it("is asked for as a flat list in which every field is required", async () => {
    const { server } = await planned(splitting);
    const schema = bodies(server)[0]!.output_config!.format!.schema!;
    expect(JSON.stringify(schema)).not.toContain("$ref");
    const items = schema.properties!.tasks!.items!;
    expect(items.required).toEqual(Object.keys(items.properties!));
    expect(items.additionalProperties).toBe(false);
  });

  it("counts as unsure where its quote is not in the document", async () => {
    const { plan } = await planned(() => ({
      json: sampleAnswer([wholeTask({ source_quote: "The system MUST make coffee" })]),
    }));
    expect(plan.tasks[0]).toMatchObject({ source: null, quote: null, confidence: "low" });
  });

  it("adds a requirement when its quote is real, and no other", async () => {
    const more = [
      { id: "X-1", level: "must" as const, text: "Nothing is forgotten", quote: "so that I forget nothing" },
      { id: "X-2", level: "must" as const, text: "Coffee", quote: "coffee for everybody" },
    ];
    const { plan } = await planned(() => ({
      json: sampleAnswer([wholeTask({ requirements: [...REMINDERS, "X-1"] })], { more_requirements: more }),
    }));
    expect(plan.requirements.filter(({ id }) => id.startsWith("X")).map(({ id, source }) => [id, source])).toEqual([
      ["X-1", "reminders-spec.md#L9"],
    ]);
  });

  it("is not what is done, and names no path outside of the repository's own work", async () => {
    const hostile = [
      ...["/etc/passwd", "../x", "a/../../x", "~/.ssh/id", "C:\\x", ".git/hooks/post-commit", "./.conductor.yml", ""],
      ...[".conductor/plans/x.yaml", ".taskwerk/config.yml", "a\u0000b"],
    ];
    const { plan } = await planned(() => ({
      json: sampleAnswer([
        wholeTask({ files: [...hostile, "src/a.ts"], new_files: [...hostile, "./src/b.ts", ".gitignore"] }),
      ]),
    }));
    expect(plan.tasks[0]).toMatchObject({ files: ["src/a.ts", "src/b.ts", ".gitignore"], done: false });
  });

  it("has a key of at most so many letters for each task, and no two the same", async () => {
    const { plan } = await planned(({ body }) => ({
      json: questionOf(body).startsWith("Make the first level")
        ? sampleAnswer([wholeTask({ complexity: 8 }), sampleTask("reminders"), sampleTask("x".repeat(400))])
        : sampleAnswer([sampleTask("a"), sampleTask("A"), sampleTask("reminders.b")]),
    }));
    const keys = plan.tasks.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.slice(0, 5)).toEqual(["reminders", "reminders.a", "reminders.a-2", "reminders.b", "reminders-2"]);
  });
});

describe("what is there already", () => {
  const repository = {
    files: new Set(["src/store.ts", "src/tell.ts", "docs/a.md"]),
    text: "docs/a.md\nsrc/store.ts: openStore\nsrc/tell.ts: tell",
  };
  const planned = async (task: Parameters<typeof wholeTask>[0]) => {
    const server = await model(() => ({ json: sampleAnswer([wholeTask(task)]) }));
    const result = await decompose({
      paths: ["reminders-spec.md"],
      cwd: FIXTURES,
      parser,
      maxDepth: 1,
      planner: modelPlanner({ transport: TRANSPORTS["claude-api"]!(server.url), retry: QUICK }),
      repository: async () => repository,
    });
    return { task: result.plan.tasks[0]!, plan: result.plan, asked: JSON.stringify(bodies(server)[0]) };
  };

  it("is shown to the model in the part that is kept, and flagged where it says so and is right", async () => {
    const { task, plan, asked } = await planned({
      exists: [
        { path: "src/store.ts", what: "openStore keeps rows" },
        { path: "src/made-up.ts", what: "does all of it" },
      ],
    });
    expect(asked).toContain("src/store.ts: openStore");
    expect(task.description).toContain("There already: src/store.ts (openStore keeps rows).");
    expect(JSON.stringify(plan)).not.toContain("made-up");
    expect(plan.assumptions).toEqual(["reminders: src/store.ts is there already (openStore keeps rows)"]);
  });

  it("has only real paths and new ones; a path that was made up is left out and said", async () => {
    const { task, plan } = await planned({
      files: ["src/store.ts", "src/*.ts", "docs", "lib/nothing.ts", "nothing/*.ts"],
      new_files: ["src/remind.ts"],
    });
    expect(task.files).toEqual(["src/store.ts", "src/*.ts", "docs", "src/remind.ts"]);
    expect(task.confidence).toBe("low");
    expect(plan.assumptions).toEqual([
      "reminders: lib/nothing.ts was named and is not in the repository; left out",
      "reminders: nothing/*.ts was named and is not in the repository; left out",
    ]);
  });
});

describe("how deep and how wide a plan becomes", () => {
  it.each([
    ["complexity", { complexity: 6 }],
    ["lines", { lines: 401 }],
    ["files", { new_files: Array.from({ length: 11 }, (_, n) => `src/${n}.ts`) }],
    ["modules", { modules: ["a", "b", "c"] }],
  ])("a task is split that is too large by its %s, and no other", async (_, fields) => {
    const server = await model(({ body }) => ({
      json: questionOf(body).startsWith("Make the first level")
        ? sampleAnswer([
            wholeTask(fields),
            sampleTask("small", { complexity: 5, lines: 400, modules: ["a", "b"], source_quote: "A dark theme" }),
          ])
        : sampleAnswer([sampleTask("a"), sampleTask("b")]),
    }));
    const { plan } = await run(TRANSPORTS["claude-api"]!(server.url));
    expect(plan.tasks.map(({ key }) => key)).toEqual(["reminders", "reminders.a", "reminders.b", "small"]);
    expect(server.requests).toHaveLength(2);
  });

  it("goes down to the depth that was asked for, carries the groups above, and says what is still large", async () => {
    const server = await model(({ body }) => ({
      json: questionOf(body).startsWith("Make the first level")
        ? sampleAnswer([wholeTask({ complexity: 9, description: "All about reminders." })])
        : sampleAnswer([sampleTask("a", { complexity: 8 }), sampleTask("b")]),
    }));
    const { plan } = await run(TRANSPORTS["claude-api"]!(server.url));
    expect(plan.tasks.map(({ key }) => key)).toEqual([
      ...["reminders", "reminders.a", "reminders.a.a", "reminders.a.b", "reminders.b"],
    ]);
    expect(questionOf(bodies(server)[2]!)).toContain("It belongs to:\nreminders: Do reminders. All about reminders.");
    expect(questionOf(bodies(server)[2]!)).toContain("There are no further levels");
    expect(plan.assumptions).toEqual([
      "reminders.a.a: still large (complexity 8 of 10), and was not split: there are 3 levels; deeper with --max-depth 4",
    ]);
  });

  it("stops at its ceiling, however much the model would like to make", async () => {
    const many = (count: number, fields: Parameters<typeof sampleTask>[1] = {}) =>
      Array.from({ length: count }, (_, n) => sampleTask(`t${n}`, { complexity: 9, ...fields }));
    const server = await model(({ body }) => ({
      json: questionOf(body).startsWith("Make the first level")
        ? sampleAnswer([...many(10), wholeTask()])
        : sampleAnswer(many(12)),
    }));
    const { plan } = await run(TRANSPORTS["claude-api"]!(server.url), { maxDepth: 10, options: { maxTasks: 40 } });
    expect(plan.tasks.length).toBeLessThanOrEqual(40);
    expect(server.requests.length).toBeLessThanOrEqual(25);
    expect(plan.assumptions.at(-1)).toMatch(
      /still large \(complexity 9 of 10\), and was not split: a plan has at most 40 tasks/,
    );
  });

  it("asks one question to its end before others, and then several at the same time", async () => {
    const server = await model(({ body }) => ({
      json: questionOf(body).startsWith("Make the first level")
        ? sampleAnswer(["a", "b", "c", "d", "e"].map((key) => sampleTask(key, { complexity: 9 })).concat(wholeTask()))
        : sampleAnswer([sampleTask("x"), sampleTask("y")]),
      delayMs: 150,
    }));
    await run(TRANSPORTS["claude-api"]!(server.url), { maxDepth: 2 });
    const { peakInFlight, spent, requests } = server.state();
    expect([requests, peakInFlight]).toEqual([6, 4]);
    expect(spent.cacheWriteTokens).toBeLessThan(spent.cacheReadTokens / 4);
  });
});

describe("a draft that breaks rules", () => {
  const twice = (): ReturnType<typeof sampleAnswer> =>
    sampleAnswer([
      wholeTask({ depends_on: ["nowhere"] }),
      sampleTask("a", { depends_on: ["b"] }),
      sampleTask("b", { depends_on: ["a"] }),
    ]);

  it("is sent back once with everything that is wrong, a cycle and a dangling dependency", async () => {
    const server = await model((_, n) => ({ json: n === 1 ? twice() : sampleAnswer([wholeTask()]) }));
    const { plan, problems } = await run(TRANSPORTS["claude-api"]!(server.url));
    expect(plan.tasks.map(({ depends_on }) => depends_on)).toEqual([[]]);
    expect(problems.some(({ severity }) => severity !== "warning")).toBe(false);
    const question = questionOf(bodies(server)[1]!);
    expect(question).toContain("dangling-dependency: reminders depends on nowhere");
    expect(question).toMatch(/cycle: .*a > b > a|cycle: .*b > a > b/);
    expect(server.requests).toHaveLength(2);
  });

  it("ends in PLAN_INVALID, with the draft kept for repair, when the second is no better, and is forgotten", async () => {
    const server = await model(() => ({ json: twice() }));
    const kept: string[] = [];
    const store = memoryStore();
    const again = () =>
      decompose({
        paths: ["reminders-spec.md"],
        cwd: FIXTURES,
        parser,
        maxDepth: 3,
        planner: modelPlanner({ transport: TRANSPORTS["claude-api"]!(server.url), retry: QUICK, store }),
        keepDraft: async ({ id }) => {
          kept.push(id);
          return "draft.yaml";
        },
      });
    await expect(again()).rejects.toMatchObject({ code: "PLAN_INVALID", details: { file: "draft.yaml" } });
    expect(kept).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
    await expect(again()).rejects.toMatchObject({ code: "PLAN_INVALID" });
    expect(server.requests).toHaveLength(4);
  });

  it("is asked again for a MUST without a task, and has a gap when that stays", async () => {
    const server = await model(() => ({ json: sampleAnswer([wholeTask({ requirements: REMINDERS.slice(1) })]) }));
    const { problems } = await run(TRANSPORTS["claude-api"]!(server.url));
    expect(problems[0]).toMatchObject({ severity: "gap", about: ["US1"] });
    expect(server.requests).toHaveLength(2);
  });
});

/** Keeps answers as the real one does, for as long as a test. */
function memoryStore(): NonNullable<ModelPlannerOptions["store"]> {
  const kept = new Map<string, string>();
  return {
    get: async (key) => (kept.has(key) ? JSON.parse(kept.get(key)!) : undefined),
    put: async (key, answer) => {
      kept.set(key, JSON.stringify(answer));
      return true;
    },
    forget: async (keys) => {
      for (const key of keys) kept.delete(key);
    },
  };
}

describe.each(Object.entries(TRANSPORTS))(
  "with a model that plans by the requirements it is given, over %s",
  { timeout: 60_000 },
  (name, transportOf) => {
    let server: ModelServer;
    beforeAll(async () => {
      server = await playModel(coverAll);
      return () => server.close();
    });
    plannerContract(name, () => modelPlanner({ transport: transportOf(server.url), retry: QUICK }));
  },
);
