import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AddNote } from "@taskwerk/contract/add-note";
import { AddTask } from "@taskwerk/contract/add-task";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { ClaimTask, Heartbeat } from "@taskwerk/contract/claim";
import { taskwerkClient } from "@taskwerk/contract/client";
import { WerkError } from "@taskwerk/contract/errors";
import { EditDeps } from "@taskwerk/contract/graph";
import { ImportTasks } from "@taskwerk/contract/import-tasks";
import { ListTasks } from "@taskwerk/contract/list-tasks";
import { processStart } from "@taskwerk/contract/process-start";
import { ROUTES } from "@taskwerk/contract/routes";
import { createMutex } from "@taskwerk/sqlite/mutex";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ApiWorld, startDetached } from "./api-control.ts";
import { leaveApiFile, readApiFile } from "./api-file.ts";
import type { ApiCaller, ApiOperations } from "./make-app.ts";
import { type RunningApi, type ServeOptions, serveApi } from "./serve-api.ts";

interface Call {
  readonly name: string;
  readonly input: unknown;
  readonly caller: ApiCaller;
}

/** Stands where the operations stand: remembers what reached it. */
const calls: Call[] = [];
const defects: unknown[] = [];
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "task.add": AddTask,
  "task.list": ListTasks,
  "task.note": AddNote,
  "task.deps": EditDeps,
  "task.import": ImportTasks,
  "claim.take": ClaimTask,
  "claim.heartbeat": Heartbeat,
  "task.show": z.strictObject({ id: z.string() }),
};
const operations: ApiOperations = {
  schemaOf: async (name) => SCHEMAS[name] ?? z.strictObject({}),
  async run(name, input, caller) {
    calls.push({ name, input, caller });
    if (name === "task.show") throw new WerkError("TASK_NOT_FOUND", "no such task", { candidates: ["TASK-001"] });
    if (name === "store.status") throw new Error("a secret of ours");
    return { ok: true, v: 1, kind: name, data: input, warnings: [], meta: {} };
  },
  exportTasks: async () => undefined,
  eventsAfter: async () => ({ data: [], cursor: 0, newest: 0 }),
  newestEvent: async () => 0,
  watch: () => ({ next: () => sleep(50), close: () => undefined }),
  onDefect: (error) => defects.push(error),
};

const at = { dir: "", api: undefined as unknown as RunningApi, file: undefined as unknown as ApiFile };
const serve = (store: string, port = 0) => serveApi(operations, options(store, port));
const options = (store: string, port = 0): ServeOptions => ({
  store,
  port,
  host: "127.0.0.1",
  pid: process.pid,
  version: "0.0.0",
  now: () => new Date(),
  alone: turns.run,
  hosts: ["tasks.example.org"],
  limits: LIMITS,
  tokenOf: async () => null,
  uidOf: async () => null,
  onAnswer: () => undefined,
});
const LIMITS = {
  headersMs: 10_000,
  requestMs: 30_000,
  importMs: 300_000,
  keepAliveMs: 5_000,
  heartbeatMs: 15_000,
  streamMs: 60_000,
  connections: 256,
  calls: 128,
};
const turns = createMutex();

beforeAll(async () => {
  at.dir = await mkdtemp(join(tmpdir(), "api-"));
  at.api = await serve(at.dir);
  at.file = (await readApiFile(at.dir))!;
});
afterAll(async () => {
  await at.api.close();
  await rm(at.dir, { recursive: true });
});
beforeEach(() => {
  calls.length = 0;
  defects.length = 0;
});

/** Sends bytes as they are and answers all that comes back until the server hangs up, or for a while. */
function raw(text: string | Buffer, waitMs = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(at.file.port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(answer);
    });
    socket.on("error", reject);
  });
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
const request = (line: string, ...headers: readonly string[]): string =>
  `${[line, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;
const own = () => `Host: 127.0.0.1:${at.file.port}`;
const token = () => `Authorization: Bearer ${at.file.token}`;
const post = (body: string, ...headers: readonly string[]): string =>
  `${request("POST /v1/tasks HTTP/1.1", ...headers, `Content-Length: ${Buffer.byteLength(body)}`)}${body}`;
const TASK = '{"title":"x"}';

describe("who is let in", () => {
  const PATHS = ["/healthz", "/v1/tasks", "/v1/openapi.json", "/no/such/route", "/"];

  it.each([
    ["a name of somebody else's", () => ["Host: evil.example"]],
    ["our address without the port", () => ["Host: 127.0.0.1"]],
    ["a wrong port", () => ["Host: 127.0.0.1:1"]],
    ["a trailing dot", () => [`Host: localhost.:${at.file.port}`]],
    ["a name that begins like ours", () => [`Host: localhost.evil:${at.file.port}`]],
    ["upper case", () => [`Host: LOCALHOST:${at.file.port}`]],
    ["user information", () => [`Host: a@127.0.0.1:${at.file.port}`]],
    ["two Hosts", () => [own(), "Host: evil.example"]],
    ["two Hosts, ours last", () => ["Host: evil.example", own()]],
    ["an empty Host", () => ["Host: "]],
  ])("refuses %s on every route, with a token too", async (_, hosts) => {
    for (const path of PATHS) {
      const answer = await raw(request(`GET ${path} HTTP/1.1`, ...hosts(), token()));
      expect([400, 403], `${path}: ${answer}`).toContain(statusOf(answer));
    }
    expect(calls).toEqual([]);
  });

  it("refuses HTTP/1.0 without a Host, HTTP/1.1 without one, and whole addresses as target", async () => {
    expect(statusOf(await raw(request("GET /v1/tasks HTTP/1.0", token())))).toBe(400);
    expect(statusOf(await raw(request("GET /v1/tasks HTTP/1.1", token())))).toBe(400);
    for (const target of [
      "http://evil/v1/tasks",
      `http://127.0.0.1:${at.file.port}/v1/tasks`,
      "//evil/v1/tasks",
      "*",
    ]) {
      expect(statusOf(await raw(request(`GET ${target} HTTP/1.1`, own(), token())))).toBe(400);
    }
    expect(calls).toEqual([]);
  });

  it("takes the three names of this machine", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const host = `Host: ${name}:${at.file.port}`;
      expect(statusOf(await raw(request("GET /v1/tasks HTTP/1.1", host, token())))).toBe(200);
    }
  });

  it("needs the token on every route but the health check, which says nothing but ok", async () => {
    const health = await raw(request("GET /healthz HTTP/1.1", own()));
    expect(statusOf(health)).toBe(200);
    expect(health.split("\r\n\r\n")[1]).toContain("ok");
    for (const path of PATHS.slice(1)) {
      for (const authorization of [
        [],
        ["Authorization: Bearer x"],
        [`Authorization: Basic ${at.file.token}`],
        [token(), token()],
      ]) {
        const answer = await raw(request(`GET ${path} HTTP/1.1`, own(), ...authorization));
        expect(statusOf(answer), path).toBe(401);
        expect(answer).not.toContain(at.file.token);
      }
    }
    expect(calls).toEqual([]);
  });

  it.each(["http://evil.example", "null", "chrome-extension://abc", "file://", "https://127.0.0.1"])(
    "refuses a page of %s, with a token too, and allows it no reading",
    async (origin) => {
      const answer = await raw(post(TASK, own(), token(), `Origin: ${origin}`, "Content-Type: application/json"));
      expect(statusOf(answer)).toBe(403);
      expect(answer.toLowerCase()).not.toContain("access-control-allow");
      expect(calls).toEqual([]);
    },
  );

  it.each(["cross-site", "same-site"])("refuses Sec-Fetch-Site: %s", async (site) => {
    expect(statusOf(await raw(request("GET /v1/tasks HTTP/1.1", own(), token(), `Sec-Fetch-Site: ${site}`)))).toBe(403);
    expect(calls).toEqual([]);
  });

  it("answers no preflight", async () => {
    const answer = await raw(
      request(
        "OPTIONS /v1/tasks HTTP/1.1",
        own(),
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
      ),
    );
    expect(statusOf(answer)).toBe(403);
    expect(answer.toLowerCase()).not.toContain("access-control-allow");
  });

  it.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=x", 415],
    ["application/json-evil", 415],
    ["text/plain; application/json", 415],
    ["application/json", 201],
    ["application/json; charset=UTF-8", 201],
  ])("answers a body of %s with %i", async (type, status) => {
    expect(statusOf(await raw(post(TASK, own(), token(), `Content-Type: ${type}`)))).toBe(status);
    expect(calls).toHaveLength(status === 201 ? 1 : 0);
  });

  it("heeds If-Match or refuses the write: a condition is never overlooked", async () => {
    const held = (method: string, path: string, body: string, rev: string) =>
      raw(
        [
          `${method} ${path} HTTP/1.1`,
          own(),
          token(),
          "Connection: close",
          "Content-Type: application/json",
          `If-Match: ${rev}`,
          `Content-Length: ${body.length}`,
          "",
          body,
        ].join("\r\n"),
      );
    for (const [method, path, body] of [
      ["DELETE", "/v1/tasks/1", ""],
      ["POST", "/v1/tasks:transition", '{"ids":["1"],"to":"done"}'],
      ["POST", "/v1/tasks/1/notes", '{"text":"x"}'],
      ["POST", "/v1/tasks:import", '{"tasks":[{"title":"x"}]}'],
    ] as const) {
      const answer = await held(method, path, body, '"99"');
      expect([path, statusOf(answer)]).toEqual([path, 400]);
      expect(answer).toContain("PATCH /v1/tasks/{id}");
    }
    expect(calls).toEqual([]);
    expect(statusOf(await held("POST", "/v1/tasks/1/notes", '{"text":"x"}', "*"))).toBe(201);
  });

  it("takes no body without a type and no compressed one", async () => {
    expect(statusOf(await raw(post(TASK, own(), token())))).toBe(415);
    const zipped = ["Content-Type: application/json", "Content-Encoding: gzip"];
    expect(statusOf(await raw(post(TASK, own(), token(), ...zipped)))).toBe(415);
    expect(calls).toEqual([]);
  });
});

describe("hostile bodies", () => {
  const send = (body: string) => raw(post(body, own(), token(), "Content-Type: application/json"));

  it.each([
    ["no JSON", "{", 422],
    ["a list", "[]", 422],
    ["an unknown field", '{"title":"x","tilte":1}', 422],
    ["a key that changes prototypes", '{"title":"x","metadata":{"__proto__":{"polluted":1}}}', 422],
    ["100,000 levels", `{"title":"x","metadata":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`, 422],
    ["a million brackets", `${"[".repeat(1_000_000)}`, 422],
  ])("%s", async (_, body, status) => {
    const answer = await send(body);
    expect(statusOf(answer)).toBe(status);
    expect(JSON.parse(answer.split("\r\n\r\n")[1]!.replace(/^[0-9a-f]+\r\n|\r\n0\r\n$/g, ""))).toMatchObject({
      ok: false,
    });
    expect(calls).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("that are no UTF-8 are refused, not mended: what is kept is what was sent", async () => {
    const answer = await fetch(`${at.api.info.url}/v1/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${at.file.token}`, "content-type": "application/json" },
      body: Buffer.from('{"title":"Caf\xe9"}', "latin1"),
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error: { code: "VALIDATION_FAILED", field: "body", message: "the body is no UTF-8 near byte 14" },
    });
    expect(calls).toEqual([]);
  });

  it("refuses a body by the length that it says, before it comes", async () => {
    const head = request(
      "POST /v1/tasks HTTP/1.1",
      own(),
      token(),
      "Content-Type: application/json",
      "Content-Length: 8400000",
    );
    expect(statusOf(await raw(`${head}{"title":`))).toBe(413);
    expect(calls).toEqual([]);
  });

  it("refuses a body that is no UTF-8: what is kept is what was sent", async () => {
    const body = Buffer.from('{"title":"caf\xe9"}', "latin1");
    const head = request(
      "POST /v1/tasks HTTP/1.1",
      own(),
      token(),
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    );
    const answer = await raw(Buffer.concat([Buffer.from(head), body]));
    expect(statusOf(answer)).toBe(422);
    expect(answer).toContain("UTF-8");
    expect(calls).toEqual([]);
  });

  it("counts a body that does not say its length", async () => {
    const chunk = "x".repeat(65_536);
    const chunks = `10000\r\n${chunk}\r\n`.repeat(140);
    const head = request(
      "POST /v1/tasks HTTP/1.1",
      own(),
      token(),
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
    );
    expect(statusOf(await raw(`${head}${chunks}0\r\n\r\n`))).toBe(413);
  });

  it("refuses a body with two lengths, and one that is both chunked and counted", async () => {
    const head = (...lengths: string[]) =>
      request("POST /v1/tasks HTTP/1.1", own(), token(), "Content-Type: application/json", ...lengths);
    expect(statusOf(await raw(`${head("Content-Length: 5", "Content-Length: 6")}hello`))).toBe(400);
    expect(statusOf(await raw(`${head("Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`))).toBe(400);
    expect(calls).toEqual([]);
  });

  it("asks for a body only once it let the request in", async () => {
    const head = (...headers: string[]) =>
      `${["POST /v1/tasks HTTP/1.1", ...headers, "Content-Type: application/json", `Content-Length: ${TASK.length}`, "Expect: 100-continue"].join("\r\n")}\r\n\r\n`;
    expect(await raw(head(own()), 300)).not.toContain("100 Continue");
    expect(await raw(head(own(), token()), 300)).toContain("100 Continue");
  });

  it.each([
    "/v1/tasks/%2e%2e%2f",
    "/v1/tasks/%00",
    "/v1/tasks/%",
    "/v1/../v1/tasks/x",
    "/v1/tasks/a%2Fb",
    "/v1/tasks/__proto__",
  ])("has no defect to show at %s", async (path) => {
    const answer = await raw(request(`GET ${path} HTTP/1.1`, own(), token()));
    expect([400, 404, 422]).toContain(statusOf(answer));
    expect(defects).toEqual([]);
  });
});

describe("calls that wait behind another on their connection", () => {
  /** A server whose first call is answered when `open` is called; sends it so many calls at once over one connection. */
  async function held(limits: Partial<typeof LIMITS>) {
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    const state = { over: [] as number[], ran: 0, open: (): void => undefined };
    const first = new Promise<void>((resolve) => {
      state.open = resolve;
    });
    const run: ApiOperations["run"] = async (name, input) => {
      state.ran += 1;
      if (state.ran === 1) await first;
      return { ok: true, v: 1, kind: name, data: input, warnings: [], meta: {} };
    };
    const onAnswer = ({ status }: { readonly status: number }): void => void state.over.push(status);
    const api = await serveApi({ ...operations, run }, { ...options(dir), limits: { ...LIMITS, ...limits }, onAnswer });
    const { url, port, token } = (await readApiFile(dir))!;
    const call = `GET /v1/tasks HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const send = (times: number) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(call.repeat(times)));
      return socket.on("error", () => undefined);
    };
    const close = async (): Promise<void> => {
      state.open();
      await api.close();
      await rm(dir, { recursive: true });
    };
    return { state, send, close, client: taskwerkClient({ url, token }) };
  }

  it("are over when it closes, so that others are let in", async () => {
    const { state, send, close, client } = await held({ calls: 4 });
    try {
      const socket = send(4);
      await expect.poll(() => state.ran).toBe(4);
      socket.destroy();
      await expect.poll(() => state.over).toEqual([0, 0, 0, 0]);
      expect((await client.call("task.list", {})).ok).toBe(true);
    } finally {
      await close();
    }
  });

  it("are hung up on when that one takes too long", async () => {
    const { state, send, close } = await held({ requestMs: 300 });
    try {
      const socket = send(2);
      await new Promise((resolve) => socket.once("close", resolve));
      await expect.poll(() => state.over).toEqual([0, 0]);
    } finally {
      await close();
    }
  });
});

describe("routes", () => {
  const client = () => taskwerkClient({ url: at.file.url, token: at.file.token, actor: "me", session: "s" });

  it("gives the client's input and its caller to the operation", async () => {
    const answer = await client().call("task.add", { title: "Fix login", tags: ["a"] }, { idempotencyKey: "k" });
    expect(answer.kind).toBe("task.add");
    expect(calls).toEqual([
      {
        name: "task.add",
        input: { title: "Fix login", tags: ["a"] },
        caller: { actor: "me", session: "s", idempotencyKey: "k" },
      },
    ]);
  });

  it("reads lists, numbers and booleans from the query", async () => {
    await client().call("task.list", { status: ["todo", "review"], limit: 0, all: true, tag: ["a"] });
    expect(calls[0]!.input).toEqual({ status: ["todo", "review"], limit: 0, all: true, tag: ["a"] });
  });

  it("puts path parameters into the input", async () => {
    await client().call("task.note", { id: "TASK-001", text: "hello" });
    await client().call("claim.heartbeat", { token: "01J.3", lease_s: 5 });
    expect(calls.map(({ input }) => input)).toEqual([
      { id: "TASK-001", text: "hello" },
      { token: "01J.3", lease_s: 5 },
    ]);
  });

  it("reaches every operation of the table", async () => {
    for (const [name, { method, path }] of Object.entries(ROUTES)) {
      const response = await fetch(new URL(path.replace(/\{\w+\}/g, "x"), at.file.url), {
        method,
        headers: { authorization: `Bearer ${at.file.token}`, "content-type": "application/json" },
        ...(method === "GET" ? {} : { body: "{}" }),
      });
      const body = (await response.json()) as { error?: { code: string } };
      expect(body.error?.code, `${name} ${method} ${path}`).not.toBe("ROUTE_NOT_FOUND");
    }
  });

  it("gives an operation's error back as it was thrown", async () => {
    await expect(client().call("task.show", { id: "TASK-9" })).rejects.toMatchObject({
      code: "TASK_NOT_FOUND",
      candidates: ["TASK-001"],
    });
  });

  it("names the field that is wrong", async () => {
    const wrong = client().call("task.list", { status: ["nonsense" as never] });
    await expect(wrong).rejects.toMatchObject({ code: "VALIDATION_FAILED", field: "status.0" });
    await expect(client().call("task.list", { colour: "red" } as never)).rejects.toMatchObject({ field: "colour" });
    await expect(client().call("task.list", { limit: "many" as never })).rejects.toMatchObject({ field: "limit" });
  });

  it("keeps a defect's message to itself and tells its owner", async () => {
    const failed = await client()
      .call("store.status", {})
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "INTERNAL" });
    expect(String(failed)).not.toContain("secret");
    expect(defects).toHaveLength(1);
  });
});

describe("the file a server leaves", () => {
  it("is for its owner only, holds the token, and does not outlive the server", async () => {
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    const api = await serve(dir);
    expect((await stat(join(dir, "api.json"))).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(api.info)).not.toContain((await readApiFile(dir))!.token);
    await api.close();
    await expect(stat(join(dir, "api.json"))).rejects.toThrow();
    await rm(dir, { recursive: true });
  });

  it("lets one server a store serve, whoever starts", async () => {
    await expect(serve(at.dir)).rejects.toMatchObject({ code: "API_RUNNING" });
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    const started = await Promise.allSettled([serve(dir), serve(dir), serve(dir)]);
    const running = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(running).toHaveLength(1);
    await running[0]!.close();
    await rm(dir, { recursive: true });
  });

  it("of a dead server is replaced by one of those that start at once", async () => {
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    for (let head = 0; head < 40; head += 1) {
      await writeFile(join(dir, "api.json"), JSON.stringify({ ...at.file, process_start: "another boot:1" }));
      const starting = [process.pid, process.ppid].map(async (pid, second) => {
        const file = { ...at.file, pid, process_start: (await processStart(pid))! };
        for (let ticks = 0; ticks < second * head; ticks += 1) await new Promise(setImmediate);
        return leaveApiFile(dir, file, turns.run);
      });
      expect((await Promise.all(starting)).filter((other) => other === null)).toHaveLength(1);
    }
    expect(await readdir(dir)).toEqual(["api.json"]);
    await rm(dir, { recursive: true });
  });

  it("does not count when its process is gone, also where another has the number now", async () => {
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    await writeFile(join(dir, "api.json"), JSON.stringify({ ...at.file, process_start: "another boot:1" }));
    expect(await readApiFile(dir)).toBeNull();
    const api = await serve(dir);
    expect(JSON.parse(await readFile(join(dir, "api.json"), "utf8"))).toMatchObject({ pid: process.pid });
    await api.close();
    await rm(dir, { recursive: true });
  });

  it("names a program that cannot be started in the background", async () => {
    const world = { program: ["/no/such/program"], env: {} } as unknown as ApiWorld;
    const start = {
      port: 0,
      host: "127.0.0.1",
      allowRemote: false,
      untilStdinCloses: false,
      hosts: [],
      limits: LIMITS,
      log: null,
      verbose: false,
    };
    await expect(startDetached(world, at.dir, start)).rejects.toMatchObject({
      code: "TASKWERK_UNREACHABLE",
      cause: { code: "ENOENT" },
    });
  });

  it("says so when the port is taken", async () => {
    const dir = await mkdtemp(join(tmpdir(), "api-"));
    await expect(serve(dir, at.file.port)).rejects.toMatchObject({ code: "PORT_IN_USE" });
    await expect(stat(join(dir, "api.json"))).rejects.toThrow();
    await rm(dir, { recursive: true });
  });
});
