import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import type { ErrorBody } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";
import { connectMcp } from "./mcp-client.ts";

const at = { rig: undefined as unknown as Rig, clients: [] as Client[] };
beforeAll(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterAll(async () => {
  for (const client of at.clients) await client.close();
  await at.rig.remove();
});

/** A connection that is closed at the end. */
async function connect(
  ...[words, options]: Parameters<typeof connectMcp> extends [unknown, ...infer Rest] ? Rest : never
) {
  const connection = await connectMcp(at.rig, words, options);
  at.clients.push(connection.client);
  return connection;
}

interface Updated {
  readonly task: Partial<Task> & { readonly id: string };
  readonly unblocked?: readonly { readonly id: string }[];
  readonly unchanged?: boolean;
}

describe("taskwerk mcp", () => {
  it("offers eight tools that cost an agent less than 2000 tokens", async () => {
    const { client } = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      "task_add",
      "task_claim",
      "task_context",
      "task_get",
      "task_list",
      "task_note",
      "task_search",
      "task_update",
    ]);
    // A token of JSON is 3.5 bytes and more.
    const bytes = Buffer.byteLength(JSON.stringify(tools)) + Buffer.byteLength(client.getInstructions() ?? "");
    expect(bytes).toBeLessThan(6_000);
    for (const { name, description, inputSchema, annotations } of tools) {
      expect(description!.length, name).toBeLessThan(220);
      expect(inputSchema.type).toBe("object");
      expect(annotations).toMatchObject({ openWorldHint: false, readOnlyHint: expect.any(Boolean) });
    }
    const reading = tools.filter(({ annotations }) => annotations!.readOnlyHint).map(({ name }) => name);
    expect(reading).toEqual(["task_list", "task_get", "task_context", "task_search"]);
  });

  it("is enough for an agent's whole job: claim, read, note, criteria, done with evidence, the next one", async () => {
    const { done, failure, call } = await connect(["--session", "job", "--actor", "agent-1"]);
    const first = await done<Updated>("task_add", {
      title: "Build it",
      acceptance: ["tests pass", "docs say so"],
      tags: ["job"],
      priority: "high",
    });
    const second = await done<Updated>("task_add", { title: "Ship it", depends_on: [first.task.id], tags: ["job"] });
    expect(first.task).toEqual({
      id: first.task.id,
      title: "Build it",
      status: "todo",
      priority: "high",
      ready: true,
      tags: ["job"],
    });
    expect(second.task.ready).toBeUndefined();
    expect(await done("task_list", { query: "tag:job", ready: true })).toEqual({ tasks: [first.task], total: 1 });

    const claimed = await done<Updated & { claim: string; lease_until: string }>("task_claim", { query: "tag:job" });
    expect(claimed.task).toMatchObject({ id: first.task.id, status: "in-progress", claim: { by: "agent-1" } });
    const context = await call("task_context", { id: first.task.id, budget: 500 });
    expect(context.text).toContain("Build it");
    expect(context.data).toMatchObject({ id: first.task.id, text: context.text });
    expect(await done("task_note", { id: first.task.id, text: "half way", type: "progress" })).toMatchObject({
      type: "progress",
    });
    expect(await failure("task_update", { id: first.task.id, status: "done" })).toMatchObject({
      code: "CLAIM_REQUIRED",
    });
    const beaten = await done<{ lease_until: string }>("task_claim", {
      action: "heartbeat",
      claim: claimed.claim,
      lease_s: 3_600,
    });
    expect(beaten.lease_until > claimed.lease_until).toBe(true);
    const ended = await done<Updated>("task_update", {
      id: first.task.id,
      check: [1, 2],
      note: "all of it",
      status: "done",
      evidence: { tests: "pass", commit: "abc1234" },
      claim: claimed.claim,
    });
    expect(ended).toMatchObject({ task: { status: "done" }, unblocked: [{ id: second.task.id, title: "Ship it" }] });
    const whole = await at.rig.data<readonly Task[]>("show", first.task.id);
    const [task] = [whole].flat();
    expect(task).toMatchObject({ status: "done", evidence: { tests: "pass" }, updated_by: "agent-1", session: "job" });
    expect(task!.acceptance.every(({ checked }) => checked)).toBe(true);
    expect(task!.links).toEqual([{ type: "commit", target: "abc1234" }]);
    const shown = await done<Record<string, unknown>>("task_get", { id: first.task.id });
    expect(shown.notes).toMatchObject([
      { type: "progress", text: "half way" },
      { type: "comment", text: "all of it" },
    ]);
    expect(Object.values(shown)).not.toContain(null);

    const next = await done<Updated & { claim: string }>("task_claim", { id: second.task.id });
    expect(await done("task_claim", { action: "release", claim: next.claim, reason: "not mine" })).toMatchObject({
      task: { status: "todo" },
    });
    expect(await failure("task_update", { id: second.task.id, status: "done", claim: next.claim })).toMatchObject({
      code: "CLAIM_LOST",
    });
    await done("task_update", { id: second.task.id, status: "blocked", reason: "no key" });
    expect(await failure("task_claim", { query: "tag:job" })).toMatchObject({ code: "NOTHING_READY", retryable: true });
    const log = await at.rig.data<{ log: readonly { command: string }[] }>("session", "show", "job");
    expect(log.log.map(({ command }) => command)).toContain("batch");
  });

  it("opens a closed task again where it says so, and in no other way", async () => {
    const { client, done, failure } = await connect();
    const { tools } = await client.listTools();
    const { properties } = tools.find(({ name }) => name === "task_update")!.inputSchema as unknown as {
      properties: { status: { enum: string[] } };
    };
    expect(properties.status.enum).toContain("reopen");
    for (const status of ["done", "cancelled"]) {
      const { task } = await done<Updated>("task_add", { title: `Was ${status}`, acceptance: ["it holds"] });
      const { task: after } = await done<Updated>("task_add", { title: "After it", depends_on: [task.id] });
      await done("task_update", { id: task.id, status });
      for (const wrong of ["todo", "in-progress"])
        expect(await failure("task_update", { id: task.id, status: wrong })).toMatchObject({
          code: "INVALID_TRANSITION",
          field: "status",
          hint: 'To open it again:  status "reopen"',
        });
      // With something beside it, all or nothing too.
      expect(await failure("task_update", { id: task.id, note: "again", status: "todo" })).toMatchObject({
        code: "INVALID_TRANSITION",
        hint: 'To open it again:  status "reopen"',
      });
      const opened = await done<Updated>("task_update", {
        id: task.id,
        note: "again",
        status: "reopen",
        reason: "red",
      });
      expect(opened).toMatchObject({ task: { id: task.id, status: "todo", ready: true } });
      const shown = await at.rig.data<Task & { notes: { text: string }[] }>("show", task.id);
      expect([shown.completed_at, shown.notes.map(({ text }) => text)]).toEqual([null, ["again"]]);
      expect((await at.rig.data<Task>("show", after.id)).ready).toBe(false);
      const events = await at.rig.data<TaskEvent[]>("events", "list", "--type", "task.reopened");
      expect(events.map(({ subject }) => subject)).toContain(task.id);
      expect(await done("task_update", { id: task.id, status: "reopen" })).toMatchObject({ unchanged: true });
      await done("task_update", { id: task.id, status: "in-progress" });
      expect(await failure("task_update", { id: task.id, status: "reopen" })).toMatchObject({
        code: "INVALID_TRANSITION",
      });
    }
  });

  it("answers as the command line does, with the same errors", async () => {
    const { failure, done } = await connect();
    await at.rig.data("add", "Same", "--key", "same");
    const [task] = await at.rig.data<readonly Task[]>("list", "Same");
    const { id } = task!;
    const told = async (tool: string, input: Record<string, unknown>, ...words: readonly string[]) => {
      const { exit: _, details: __, ...there } = await at.rig.failure(...words);
      const { details: ___, ...here } = await failure(tool, input);
      const spoken = Object.fromEntries(
        Object.entries(there).filter(
          ([, value]) => JSON.stringify(value) !== "[]" && value !== null && value !== false,
        ),
      );
      expect(here, JSON.stringify(input)).toEqual(spoken);
    };
    await told("task_get", { id: "TASK-99999" }, "show", "TASK-99999");
    await told("task_list", { query: "statsu:todo" }, "list", "statsu:todo");
    await told(
      "task_update",
      { id, status: "blocked", depends_on_add: ["TASK-9999"] },
      "update",
      id,
      "--after",
      "TASK-9999",
    );
    await told("task_update", { id, depends_on_add: [id] }, "update", id, "--after", id);
    await told("task_claim", { query: "tag:nothing" }, "claim", "--next", "tag:nothing", "--as", "tester");
    await told("task_search", { text: "x", query: "priority:huge" }, "search", "x", "priority:huge");
    expect((await done<{ tasks: Task[] }>("task_search", { text: "same" })).tasks[0]).toMatchObject({ id });
    expect(await failure("task_get", { ID: id })).toMatchObject({ code: "VALIDATION_FAILED", candidates: ["id"] });
    expect(await failure("task_update", { id })).toMatchObject({ code: "VALIDATION_FAILED" });
    expect(await failure("task_update", { id, reason: "x" })).toMatchObject({ field: "reason" });
    expect(await failure("task_claim", { action: "heartbeat" })).toMatchObject({ code: "CLAIM_REQUIRED" });
  }, 120_000);

  it("does a write once under a key, and gives back what has a key already", async () => {
    const { done, failure } = await connect();
    const input = { title: "Once", idempotency_key: "k1" };
    const one = await done<Updated>("task_add", input);
    expect(await done<Updated>("task_add", input)).toEqual(one);
    expect(await failure("task_add", { ...input, title: "Twice" })).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    for (let n = 0; n < 2; n += 1) await done("task_note", { id: one.task.id, text: "x", idempotency_key: "k2" });
    expect((await done<{ notes: unknown[] }>("task_get", { id: one.task.id })).notes).toHaveLength(1);
    const keyed = await done<Updated>("task_add", { title: "Keyed", key: "ext-1" });
    expect(await done("task_add", { title: "Keyed", key: "ext-1" })).toMatchObject({
      task: { id: keyed.task.id },
      existed: true,
    });
    expect(await done("task_update", { id: keyed.task.id, priority: "medium" })).toMatchObject({ unchanged: true });
  });

  it("says in small pages that there is more", async () => {
    const { done } = await connect();
    const lines = Array.from({ length: 30 }, (_, n) => `{"op":"add","title":"Paged ${n}","tags":["paged"]}`).join("\n");
    expect((await at.rig.run("taskwerk", ["batch", "-"], { stdin: lines })).code).toBe(0);
    interface Listed {
      readonly tasks: readonly Task[];
      readonly total: number;
      readonly truncated?: boolean;
      readonly cursor?: string;
    }
    const first = await done<Listed>("task_list", { query: "tag:paged" });
    expect({ ...first, tasks: first.tasks.length }).toEqual({
      tasks: 20,
      total: 30,
      truncated: true,
      cursor: expect.any(String),
    });
    const rest = await done<Listed>("task_list", { query: "tag:paged", cursor: first.cursor });
    expect({ ...rest, tasks: rest.tasks.length }).toEqual({ tasks: 10, total: 30 });
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(20 * 150);
  });

  it("tells in the log who it was: the flag, the environment, or the client by its own name", async () => {
    for (const [client, actor] of [
      [await connect(["--actor", "flagged"], { env: { TASKWERK_ACTOR: "told" } }), "flagged"],
      [await connect([], { env: { TASKWERK_ACTOR: "told", TASKWERK_SESSION: "S" } }), "told"],
      [await connect(), "a-client"],
    ] as const) {
      const { task } = await client.done<Updated>("task_add", { title: "Whose" });
      const [shown] = [await at.rig.data<Task>("show", task.id)].flat();
      expect(shown!.created_by).toBe(actor);
    }
  });

  it("works on whatever store is there when it is called, and says when there is none", async () => {
    const dir = join(at.rig.dir, "..", "elsewhere");
    const other = join(dir, "store");
    const { call, done, failure } = await connect(["--store", other], { cwd: at.rig.dir });
    expect(await failure("task_list")).toMatchObject({
      code: "STORE_NOT_FOUND",
      hint: expect.stringContaining("init"),
    });
    await at.rig.data("init", "--store", other);
    expect(await done("task_list")).toEqual({ tasks: [], total: 0 });
    await done("task_add", { title: "In the first" });
    await rename(other, `${other}-away`);
    expect((await call("task_list")).isError).toBe(true);
    await rename(`${other}-away`, other);
    expect(await done("task_list")).toMatchObject({ total: 1 });
    await rm(dir, { recursive: true });
  });

  it("offers only what reads under --readonly", async () => {
    const { client } = await connect(["--readonly"]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["task_list", "task_get", "task_context", "task_search"]);
    await expect(client.callTool({ name: "task_add", arguments: { title: "x" } })).rejects.toThrow("task_add");
  });

  it("keeps whatever text it is given, and never breaks on what it is given", async () => {
    const { client, done } = await connect();
    const { tools } = await client.listTools();
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        "\u001b[2J\u001b]0;x\u0007",
        "\u202eevil",
        "'; drop table tasks; --",
        "__proto__",
        '{"jsonrpc":"2.0"}\n',
        "\ud800",
        "@last",
        "-",
        "1..9",
      ),
    );
    const value = fc.oneof(
      hostile,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(hostile, { maxLength: 3 }),
      fc.dictionary(hostile, hostile, { maxKeys: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tools), fc.infiniteStream(value), fc.nat(), async (tool, values, mask) => {
        const names = Object.keys(tool.inputSchema.properties!).filter((_, n) => (mask >> n) % 2 === 1);
        const input = Object.fromEntries(
          [...names, ...(tool.inputSchema.required ?? [])].map((name) => [name, values.next().value]),
        );
        const result = await client.callTool({ name: tool.name, arguments: input });
        const data = result.structuredContent as { error?: ErrorBody };
        if (result.isError) {
          expect(data.error!.code).toMatch(/^[A-Z_]+$/);
          expect(data.error!.code, JSON.stringify(input)).not.toBe("INTERNAL");
        }
      }),
      { numRuns: 50, seed: 7 },
    );
    for (const title of ["\u001b[31mred\u001b[0m", '{"a":1}\u2028', "a\u202eb"]) {
      const made = await done<Updated>("task_add", { title });
      const [shown] = [await at.rig.data<Task>("show", made.task.id)].flat();
      expect((await done<Task>("task_get", { id: made.task.id })).title).toBe(shown!.title);
    }
    expect((await at.rig.taskwerk("db", "check")).code).toBe(0);
  }, 120_000);

  it("writes nothing but its protocol, lives through what is none, and ends with stdin", async () => {
    const child = at.rig.start("taskwerk", ["mcp"]);
    const end = ended(child);
    const say = (message: unknown): void =>
      void child.stdin!.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
    say("not JSON");
    say('{"jsonrpc":"2.0"}');
    say({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
    });
    say({ jsonrpc: "2.0", method: "notifications/initialized" });
    say("[[[");
    say({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "task_add", arguments: { title: "Raw" } } });
    say({ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "nothing" } });
    const seen = { text: "" };
    child.stdout!.on("data", (chunk) => {
      seen.text += chunk;
    });
    while (!/"id":2/.test(seen.text) || !/"id":3/.test(seen.text))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.stdin!.end();
    const { code, stdout, stderr } = await end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.every(({ jsonrpc }) => jsonrpc === "2.0")).toBe(true);
    expect(answers.find(({ id }) => id === 1).result.protocolVersion).toBe("2025-06-18");
    expect(answers.find(({ id }) => id === 3).error.code).toBe(-32602);
  });

  it("is cold: no other command loads a byte of it", async () => {
    const hot = await readFile(join(programPath("taskwerk"), "../../packages/taskwerk/dist/taskwerk.cjs"), "utf8");
    expect(hot).not.toContain("modelcontextprotocol");
    const events = await at.rig.data<readonly TaskEvent[]>("events", "list", "--type", "task.created", "--limit", "1");
    expect(events).toHaveLength(1);
  });
});
