import { readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Lane, ModelScript } from "@taskwerk/rehearsal/model/script";
import { type ModelServer, startModelServer } from "@taskwerk/rehearsal/model-server";
import { expect, onTestFinished, test, vi } from "vitest";
import type { AgentAdapter } from "../model/agent.ts";
import { PRICES } from "../model/price.ts";
import { agentRig, runAgent } from "../test-support/agent-rig.ts";
import { modelAgent as agentFor, KEY } from "../test-support/agents.ts";
import { available } from "../test-support/available.ts";
import type { ClaudeApiConfig } from "./claude-api.ts";

vi.setConfig({ testTimeout: 60_000 });
const level = (await available()).at(-1)!;
const turns = (...all: Lane["turns"]): ModelScript => ({ lanes: [{ name: "agent", turns: all }] });

async function modelAgent(
  script: ModelScript,
  config: Partial<ClaudeApiConfig> = {},
): Promise<{ readonly adapter: AgentAdapter; readonly server: ModelServer }> {
  const server = await startModelServer(script);
  onTestFinished(() => server.close());
  return { server, adapter: agentFor(server.url, config) };
}

const call = (name: string, input: Record<string, unknown>) => ({ tool: { name, input } });

test("tries again after 429, 529, 500, a cut stream and an error within it, and says so", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter } = await modelAgent(
    turns(
      { error: 429, retryAfterSeconds: 0 },
      { error: 529 },
      { error: 500 },
      { text: "abc", cut: true },
      { text: "abc", streamError: "overloaded_error" },
      { text: "There." },
    ),
  );
  const { end, of } = await runAgent(adapter, rig.options);
  expect(end.reason).toBe("done");
  expect(of("retry").map((one) => one.status)).toEqual([429, 529, 500, null, 529]);
  expect(of("turn")).toHaveLength(1);
});

test("stops at once when the key is refused", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter, server } = await modelAgent({ lanes: [], keys: ["another"] });
  const { end, of } = await runAgent(adapter, rig.options);
  expect(end.reason).toBe("auth");
  expect(of("retry")).toEqual([]);
  expect(server.state().requests).toBeLessThanOrEqual(1);
  expect((await adapter.probe()).problem).toContain("7Qf2");
  expect(JSON.stringify([end, await rig.transcript()])).not.toContain(KEY);
});

test("a limit that lasts longer than it may wait ends it, with the time of the reset", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter } = await modelAgent(turns({ error: 429, retryAfterSeconds: 3_600 }));
  const { end } = await runAgent(adapter, rig.options);
  expect(end).toMatchObject({ reason: "rate_limited", resetAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(Date.parse(end.resetAt!) - Date.now()).toBeGreaterThan(3_000_000);
});

test("a key that is refused is named, in the words of the API", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter } = await modelAgent(turns({ error: 401, message: "invalid x-api-key" }));
  const { end } = await runAgent(adapter, rig.options);
  expect(end).toMatchObject({ reason: "auth", error: "401 invalid x-api-key, for the key ending in 7Qf2" });
});

test.each([
  ["refusal", "refused"],
  ["model_context_window_exceeded", "context_full"],
  ["end_turn", "done"],
  ["stop_sequence", "done"],
])("stop reason %s is %s", async (stopReason, reason) => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter } = await modelAgent(turns({ text: "so", stopReason }));
  expect((await runAgent(adapter, rig.options)).end.reason).toBe(reason);
});

test("an answer that was cut or paused is gone on with; three cuts in a row are the end", async () => {
  const rig = await agentRig(onTestFinished, level);
  const cut = { text: "and then", stopReason: "max_tokens" };
  const once = await modelAgent(turns(cut, { text: "so", stopReason: "pause_turn" }, cut, { text: "Done." }));
  expect((await runAgent(once.adapter, rig.options)).end.reason).toBe("done");
  expect(once.server.state().refused).toEqual([]);
  const often = await modelAgent(turns(cut, cut, cut, { text: "never" }));
  expect((await runAgent(often.adapter, rig.options)).end.reason).toBe("output_limit");
  const half = await modelAgent(
    turns({ ...call("bash", { command: "touch never" }), stopReason: "max_tokens" }, { text: "Done." }),
  );
  const { end, of } = await runAgent(half.adapter, rig.options);
  expect([end.reason, of("tool"), half.server.state().refused]).toEqual(["done", [], []]);
});

test("ends at its turns", async () => {
  const rig = await agentRig(onTestFinished, level, { turns: 2 });
  const { adapter, server } = await modelAgent(turns({ ...call("task_note", { text: "hm" }), times: 9 }));
  const { end, of } = await runAgent(adapter, rig.options);
  expect(end.reason).toBe("turn_limit");
  expect([of("turn").length, of("note").length, server.state().requests]).toEqual([2, 2, 2]);
});

test("stops before the call that could exceed its budget, and counts what was spent as the server does", async () => {
  const rig = await agentRig(onTestFinished, level, { usd: 0.5 });
  const usage = { input_tokens: 20_000, output_tokens: 4_000 };
  const { adapter, server } = await modelAgent(turns({ ...call("task_note", { text: "hm" }), usage, times: 50 }));
  const { end, of } = await runAgent(adapter, rig.options);
  expect(end.reason).toBe("budget");
  const spent = server.state().spent.costUsd!;
  expect(of("usage").at(-1)!.usage.usd).toBeCloseTo(spent, 9);
  expect(spent).toBeLessThanOrEqual(0.5);
  expect(spent).toBeGreaterThan(0.3);
});

test("no call is made when not even one fits, or when a limit in USD is set and the price is unknown", async () => {
  const rig = await agentRig(onTestFinished, level, { usd: 0.0001 });
  const poor = await modelAgent(turns({ text: "x" }));
  expect((await runAgent(poor.adapter, rig.options)).end.reason).toBe("budget");
  const unknown = await modelAgent(turns({ text: "x" }), { model: "claude-unheard-of" });
  expect((await runAgent(unknown.adapter, rig.options)).end.reason).toBe("budget");
  expect([poor.server.state().requests, unknown.server.state().requests]).toEqual([0, 0]);
});

test("an unknown price is an unknown cost, never none", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter } = await modelAgent(turns({ text: "x" }), { model: "claude-unheard-of" });
  const { of } = await runAgent(adapter, rig.options);
  expect(of("usage").at(-1)!.usage).toMatchObject({ usd: null, outputTokens: expect.any(Number) });
  expect((await adapter.probe()).features.usage).toBe("tokens");
});

test("requests have a stable, cached head and nothing that the API no longer takes", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter, server } = await modelAgent(turns(call("task_note", { text: "a" }), { text: "Done." }));
  await runAgent(adapter, rig.options);
  const bodies = server.requests.map((one) => JSON.parse(JSON.stringify(one)) as Record<string, unknown>);
  const raw = bodies.map((one) => JSON.stringify(one));
  expect(raw[0]).not.toContain("temperature");
  expect(server.state().refused).toEqual([]);
  expect(server.state().spent.cacheReadTokens).toBeGreaterThan(0);
});

test("reads, edits, searches and runs commands, and is told what went wrong", async () => {
  const rig = await agentRig(onTestFinished, level);
  await writeFile(join(rig.dir, "a.txt"), "one\ntwo\nthree\n");
  const { adapter } = await modelAgent(
    turns(
      call("read", { path: "a.txt", from_line: 2, lines: 1 }),
      call("edit", { command: "str_replace", path: "a.txt", old_str: "two", new_str: "$& 2" }),
      call("edit", { command: "insert", path: "a.txt", insert_line: 0, new_str: "zero" }),
      call("edit", { command: "create", path: "src/deep/b.txt", file_text: "b\n" }),
      call("search", { pattern: "^z|^b$" }),
      call("search", { pattern: "deep", names_only: true }),
      call("bash", { command: "cat a.txt; exit 3" }),
      call("bash", { command: "sleep 30", timeout_seconds: 1 }),
      call("edit", { command: "str_replace", path: "a.txt", old_str: "e", new_str: "x" }),
      call("read", { path: "none.txt" }),
      call("read", { file: "a.txt" }),
      call("rm", { path: "a.txt" }),
      call("bash", { command: "head -c 100000 /dev/zero | tr '\\0' y" }),
      { text: "Done." },
    ),
  );
  const { of } = await runAgent(adapter, rig.options);
  const results = of("tool").map((one) => [one.ok, one.output] as const);
  expect(results.slice(0, 12)).toEqual([
    [true, expect.stringMatching(/^ +2\ttwo\n\(1 more lines\)$/)],
    [true, "Edited a.txt."],
    [true, "Inserted into a.txt."],
    [true, "Created src/deep/b.txt."],
    [true, "a.txt:1: zero\nsrc/deep/b.txt:1: b"],
    [true, "src/deep/b.txt"],
    [false, "zero\none\n$& 2\nthree\n\n(exit code 3)"],
    [false, expect.stringContaining("ended after 1 s")],
    [false, expect.stringContaining("must occur exactly once")],
    [false, "none.txt does not exist"],
    [false, expect.stringContaining("path:")],
    [false, "There is no tool rm."],
  ]);
  expect(results[12]![1].length).toBeLessThan(31_000);
  expect(await readFile(join(rig.dir, "a.txt"), "utf8")).toBe("zero\none\n$& 2\nthree\n");
});

test("several tools of one answer are all answered", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter, server } = await modelAgent(
    turns(
      {
        tools: [
          { name: "task_note", input: { text: "a" } },
          { name: "task_get", input: {} },
        ],
      },
      { text: "Done." },
    ),
  );
  const { end, of } = await runAgent(adapter, rig.options);
  expect([end.reason, of("tool").length, server.state().refused]).toEqual(["done", 2, []]);
});

test("no path leads out of the workspace: dots, absolute, symlinks to files, directories and nowhere, git's own files", async () => {
  const rig = await agentRig(onTestFinished, level);
  await writeFile(join(rig.root, "outside.txt"), "canary");
  await symlink(join(rig.root, "outside.txt"), join(rig.dir, "link.txt"));
  await symlink(rig.root, join(rig.dir, "up"));
  await symlink(join(rig.root, "new.txt"), join(rig.dir, "dangling.txt"));
  const create = (path: string) => call("edit", { command: "create", path, file_text: "x" });
  const { adapter } = await modelAgent(
    turns(
      ...["../outside.txt", join(rig.root, "outside.txt"), "link.txt", "up/outside.txt"].flatMap((path) => [
        call("read", { path }),
        create(path),
      ]),
      create("dangling.txt"),
      create("up/made/new.txt"),
      create(".git/hooks/pre-commit"),
      call("search", { pattern: "canary" }),
      { text: "Done." },
    ),
  );
  const { of } = await runAgent(adapter, rig.options);
  expect(of("tool").map((one) => one.ok)).toEqual([...Array(11).fill(false), true]);
  expect(of("tool").at(-1)!.output).toBe("nothing found");
  expect(await readFile(join(rig.root, "outside.txt"), "utf8")).toBe("canary");
});

test("the same call with the same result has the same fingerprints, another has not", async () => {
  const rig = await agentRig(onTestFinished, level);
  const now = call("bash", { command: "echo took 12 ms at $(date +%H:%M:%S) pid $$" });
  const { adapter } = await modelAgent(turns(now, now, call("bash", { command: "echo other" }), { text: "Done." }));
  const tools = (await runAgent(adapter, rig.options)).of("tool");
  expect(tools[0]!.hash).toBe(tools[1]!.hash);
  expect(tools[0]!.resultHash).toBe(tools[1]!.resultHash);
  expect(tools[2]!.hash).not.toBe(tools[0]!.hash);
  expect(tools[2]!.resultHash).not.toBe(tools[0]!.resultHash);
});

test("a nudge that comes when it is about to end is heard", async () => {
  const rig = await agentRig(onTestFinished, level);
  const { adapter, server } = await modelAgent(turns({ text: "Done.", delayMs: 200 }, { text: "Now it is." }));
  const session = await adapter.open(rig.options);
  expect(await session.nudge("there is more")).toBe(true);
  let count = 0;
  for await (const event of session.events) if (event.type === "turn") count += 1;
  expect([count, server.state().requests]).toEqual([2, 2]);
  expect(await session.nudge("too late")).toBe(false);
});

test("a probe says what is wrong: no key, no such model, nobody there", async () => {
  const { adapter: keyless } = await modelAgent(turns(), { apiKey: "" });
  expect(await keyless.probe()).toMatchObject({
    ready: false,
    problem: expect.stringContaining("ANTHROPIC_API_KEY"),
    paidBy: "nobody",
  });
  const { adapter: unknown } = await modelAgent({ lanes: [], models: ["claude-opus-5-5"] });
  expect(await unknown.probe()).toMatchObject({ ready: false, problem: expect.stringContaining("no model") });
  const { adapter: gone, server } = await modelAgent(turns(), { prices: PRICES });
  expect(await gone.probe()).toMatchObject({ ready: true, problem: null, paidBy: "API key ...7Qf2" });
  await server.close();
  expect(await gone.probe()).toMatchObject({ ready: false, problem: expect.stringContaining("could not be reached") });
});

test("a probe of an account that is at its limit is no reason not to begin", async () => {
  const server = createServer((_, response) => {
    const body = { type: "error", error: { type: "rate_limit_error", message: "usage limit reached" } };
    response.writeHead(429, { "content-type": "application/json", "retry-after": "3600" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await agentFor(`http://127.0.0.1:${port}`).probe()).toMatchObject({ ready: true, problem: null });
});
