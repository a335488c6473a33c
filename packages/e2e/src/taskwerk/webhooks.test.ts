import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { taskwerkClient } from "@taskwerk/contract/client";
import type { Delivery, Webhook, WebhookSecret } from "@taskwerk/contract/webhook";
import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstLine, makeRig, programPath, type Rig } from "../rig.ts";
import { type HookReceiver, openHookReceiver, type Post } from "./hook-receiver.ts";

let rig: Rig;
let hook: HookReceiver;

beforeEach(async () => {
  [rig, hook] = await Promise.all([makeRig(), openHookReceiver()]);
  await rig.data("init");
});
afterEach(async () => {
  await quiet();
  await rig.remove();
  await hook.close();
});

/** What most stories listen for: a new task is also told as ready. */
const MADE_AND_DONE = ["--event", "task.created", "--event", "task.completed"];
const add = (...more: readonly string[]) => {
  const events = more.includes("--event") ? [] : MADE_AND_DONE;
  return rig.data<WebhookSecret>("webhook", "add", `${hook.url}/hook`, "--allow-private", ...events, ...more);
};
const hooks = () => rig.data<readonly Webhook[]>("webhook", "list");
const deliveries = (...more: readonly string[]) => rig.data<readonly Delivery[]>("webhook", "deliveries", ...more);
const config = (text: string) => writeFile(join(rig.dir, ".taskwerk", "config.yml"), text);

/** Until no process that a command left behind delivers any more. */
async function quiet(): Promise<void> {
  for (;;) {
    const { ran } = await rig.data<{ ran: boolean }>("webhook", "deliver", "--alone").catch(() => ({ ran: true }));
    if (ran) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

const verify = ({ headers, text }: Post, secret: string): unknown =>
  new Verifier(secret).verify(text, headers as Record<string, string>);

describe("without a server", () => {
  it("a write is told by a process that it leaves behind, signed so that the reference library takes it", async () => {
    const { id, secret } = await add();
    expect((await rig.taskwerk("add", "Fix login", "-t", "api")).stderr).toBe("");
    expect((await rig.taskwerk("done", "1")).code).toBe(0);
    await hook.until(2);
    expect(hook.posts.map(({ body }) => [body.type, body.task?.title])).toEqual([
      ["task.created", "Fix login"],
      ["task.completed", "Fix login"],
    ]);
    for (const post of hook.posts) expect(verify(post, secret)).toEqual(post.body);
    await quiet();
    expect(await deliveries(id)).toMatchObject([{ state: "delivered" }, { state: "delivered" }]);
    const shown = await rig.taskwerk("webhook", "list", "--json");
    expect(shown.stdout).not.toContain("whsec_");
    expect((await rig.failure("webhook", "secret", id)).hint).toContain(`webhook rotate ${id}`);
  });

  it("a write does not wait for a receiver that never answers", async () => {
    const sockets: { destroy(): void }[] = [];
    const silent = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      sockets.push(socket);
    }).listen(0, "127.0.0.1");
    try {
      await new Promise((listening) => silent.once("listening", listening));
      const { port } = silent.address() as { port: number };
      await rig.data("webhook", "add", `http://127.0.0.1:${port}`, "--allow-private", ...MADE_AND_DONE);
      // Its output would stay open if what it left behind had it too.
      expect((await rig.taskwerk("add", "One")).code).toBe(0);
      expect(await deliveries()).toMatchObject([{ state: "pending", attempts: 0 }]);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it("what failed goes out with the next write that comes after its time, or when it is told to; given up it is replayed", async () => {
    await config("webhooks:\n  delivery: off\n");
    const { id } = await add("--event", "task.created", "--where", "tag:api");
    hook.answer(500);
    for (const [title, tag] of [
      ["One", "api"],
      ["Two", "ui"],
    ] as const)
      await rig.data("add", title, "-t", tag);
    expect(hook.posts).toEqual([]);
    expect((await rig.taskwerk("webhook", "deliver")).stdout).toMatch(
      /^0 delivered; 1 failed; 1 to send, the next \S+\.\n$/,
    );
    expect(await deliveries("--failed")).toMatchObject([
      { webhook: id, subject: "TASK-001", attempts: 1, last_status: 500, last_error: "it answered 500" },
    ]);
    hook.answer(200);
    await rig.data("webhook", "replay", "1");
    expect(await rig.data("webhook", "deliver")).toMatchObject({ ran: true, delivered: 1, pending: 0 });
    expect(await rig.data("webhook", "replay", "--failed")).toEqual({ replayed: 0 });
    expect(await rig.data("webhook", "replay", "--since", "1h", "--webhook", id)).toEqual({ replayed: 1 });
    await rig.data("webhook", "deliver");
    expect(new Set(hook.posts.map((post) => post.id)).size).toBe(1);
    expect(hook.posts).toHaveLength(3);
  });
});

it("what an agent writes through MCP is told as well", async () => {
  await add();
  const client = new Client({ name: "an-agent", version: "1.0.0" });
  const args = [programPath("taskwerk"), "mcp"];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args,
      cwd: rig.dir,
      env: { ...rig.env } as Record<string, string>,
    }),
  );
  try {
    await client.callTool({ name: "task_add", arguments: { title: "Through MCP" } });
    await hook.until(1);
  } finally {
    await client.close();
  }
  expect(hook.posts.map(({ body }) => [body.type, body.task?.title])).toEqual([["task.created", "Through MCP"]]);
});

it("the server delivers what itself and others write, and nobody else does then", async () => {
  await add();
  const server = rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
  await firstLine(server);
  await rig.data("add", "One");
  await hook.until(1);
  const { url, token } = JSON.parse(await readFile(join(rig.dir, ".taskwerk", "api.json"), "utf8"));
  const client = taskwerkClient({ url, token, actor: "far" });
  const { data: listed } = await client.call("webhook.list", {});
  expect([listed.length, JSON.stringify(listed).includes("whsec_")]).toEqual([1, false]);
  await expect(client.call("webhook.add", { url: "http://[::ffff:127.0.0.1]/" })).rejects.toMatchObject({
    code: "VALIDATION_FAILED",
  });
  expect((await client.call("webhook.update", { id: "w1", where: "not tag:quiet" })).data.where).toBe("not tag:quiet");
  expect((await client.call("webhook.test", { id: "w1" })).data.status).toBe(204);
  hook.posts.pop();
  await rig.data("done", "1");
  await hook.until(2);
  server.kill("SIGTERM");
  await new Promise((ended) => server.once("close", ended));
  expect(new Set(hook.posts.map(({ id }) => id)).size).toBe(2);
  expect(await deliveries()).toMatchObject([{ state: "delivered" }, { state: "delivered" }]);
});

it("the server does as the configuration says, also when that changes", async () => {
  await config("webhooks:\n  delivery: off\n");
  await add();
  await rig.data("api", "start", "--port", "0", "--detach");
  await rig.data("add", "One");
  await rig.data("config", "set", "webhooks.delivery", "server");
  // The first look at it, or the next write, has the store follow.
  await hooks();
  await hook.until(1);
  await rig.data("config", "set", "webhooks.delivery", "off");
  await hooks();
  await rig.data("add", "Two");
  await rig.data("api", "stop");
  expect(hook.posts).toHaveLength(1);
  expect(await rig.data("webhook", "deliver")).toMatchObject({ delivered: 1, pending: 0 });
});

it("what a server that ends has not delivered goes out behind it", async () => {
  const state = { answers: false, posts: 0 };
  const slow = createServer((request, response) => {
    request.resume().once("end", () => {
      state.posts += 1;
      if (state.answers) response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  try {
    await once(slow, "listening");
    await rig.data("api", "start", "--port", "0", "--detach");
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    await rig.data("webhook", "add", url, "--allow-private", "--event", "task.created");
    await rig.data("add", "Waits");
    await expect.poll(() => state.posts, { timeout: 30_000 }).toBe(1);
    state.answers = true;
    await rig.data("api", "stop");
    await expect.poll(() => state.posts, { timeout: 30_000 }).toBe(2);
    await quiet();
    expect(await deliveries()).toMatchObject([{ state: "delivered", attempts: 1 }]);
  } finally {
    slow.closeAllConnections();
    slow.close();
  }
});

describe("webhooks of the configuration", () => {
  it("work as the founding document has them", async () => {
    await config(`# .taskwerk/config.yml
webhooks:
  task_created: ${hook.url}/conductor/webhook
  task_updated: ${hook.url}/conductor/webhook
  task_completed: ${hook.url}/conductor/webhook
`);
    await rig.data("add", "One");
    await rig.data("update", "1", "--priority", "high");
    await rig.data("start", "1");
    await rig.data("done", "1");
    await hook.until(5);
    await quiet();
    const came = hook.posts.map(({ path, body }) => `${path} ${body.type}`).sort();
    expect(came).toEqual([
      "/conductor/webhook task.completed",
      "/conductor/webhook task.created",
      "/conductor/webhook task.ready",
      "/conductor/webhook task.status_changed",
      "/conductor/webhook task.updated",
    ]);
    const all = await hooks();
    expect(all.map(({ source, reach }) => [source, reach])).toEqual([
      ["webhooks.task_created", "loopback"],
      ["webhooks.task_updated", "loopback"],
      ["webhooks.task_completed", "loopback"],
    ]);
    const { secret } = await rig.data<WebhookSecret>("webhook", "secret", "w1");
    const [created] = hook.posts.filter(({ body }) => body.type === "task.created");
    expect(verify(created!, secret)).toEqual(created!.body);
    expect((await rig.failure("webhook", "update", "w1", "--allow-private")).message).toContain("change it there");
    expect(await rig.data("webhook", "update", "w1", "--enable")).toMatchObject({ reach: "loopback" });
    expect((await rig.failure("webhook", "rm", "w1")).message).toContain("take it out there");
    expect((await rig.taskwerk("config", "explain", "webhooks.task_created")).stdout).toContain(hook.url);
  });

  it("may be a list and records, with a secret from a variable that may hold two, and a query", async () => {
    const secrets = ["a", "b"].map((letter) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`);
    await config(`webhooks:
  delivery: off
  task_created:
    - ${hook.url}/plain
    - {url: "${hook.url}/own", secret_env: HOOK_SECRET, where: "tag:api"}
  task_completed: {url: "${hook.url}/done"}
`);
    await rig.data("add", "One", "-t", "api");
    await rig.data("add", "Two");
    const env = { HOOK_SECRET: secrets.join(" ") };
    expect((await rig.run("taskwerk", ["webhook", "deliver"], { env })).stdout).toBe("3 delivered.\n");
    const own = hook.posts.filter(({ path }) => path === "/own");
    expect(own.map(({ body }) => body.subject)).toEqual(["TASK-001"]);
    for (const secret of secrets) expect(verify(own[0]!, secret)).toEqual(own[0]!.body);
    await rig.data("add", "Three", "-t", "api");
    await rig.data("webhook", "deliver");
    expect(await deliveries("--failed")).toMatchObject([{ last_error: "the variable HOOK_SECRET is not set" }]);
  });

  it("follow the file: what is taken out goes with what waited for it, what stays keeps its secret", async () => {
    await config(`webhooks: {delivery: off, task_created: ["${hook.url}/a", "${hook.url}/b"]}\n`);
    await rig.data("add", "One");
    const before = await rig.data<WebhookSecret>("webhook", "secret", "w1");
    await config(`webhooks: {delivery: off, task_created: "${hook.url}/a"}\n`);
    expect(await hooks()).toMatchObject([{ id: "w1", url: `${hook.url}/a`, pending: 1 }]);
    expect((await rig.data<WebhookSecret>("webhook", "secret", "w1")).secret).toBe(before.secret);
    await config("");
    expect(await hooks()).toEqual([]);
  });

  it.each([
    ["task_creatd: http://localhost/", "task_created"],
    ["task_created: localhost", "http or https address"],
    ["task_created: {ulr: http://localhost/}", "url"],
    ["task_created: http://10.0.0.1/", "10.0.0.1 leads to a private network"],
    ['task_created: {url: "http://localhost/", where: "tagg:x"}', "tag"],
    ["delivery: sometimes", "one of detached, server, off"],
  ])("a file with %s stops no write, and is told", async (line, what) => {
    await config(`webhooks:\n  ${line}\n`);
    const { code, stderr } = await rig.taskwerk("add", "One");
    expect(code).toBe(0);
    expect(stderr).toContain("webhooks of the configuration are as they were");
    expect(stderr).toContain(what);
  });
});

it("tells what is wrong with what was typed, and what to type", async () => {
  const wrong = async (...args: readonly string[]) => {
    const { code, message, hint, exit } = await rig.failure("webhook", ...args);
    return [exit, code, message, hint];
  };
  expect([
    await wrong("add", "http://localhost/"),
    await wrong("add", "https://example.com/", "--event", "task.complete"),
    await wrong("add", "https://example.com/", "--where", "tagg:api"),
    await wrong("rm", "w7"),
    await wrong("replay", "w7"),
    await wrong("replay", "--failed", "--since", "1h"),
    await wrong("deliveries", "7"),
    await wrong("update", "w7"),
    await wrong("update", "w7", "--enable", "--disable"),
  ]).toMatchInlineSnapshot(`
    [
      [
        2,
        "VALIDATION_FAILED",
        "localhost leads to this machine.",
        "If that is meant:  taskwerk webhook add URL --allow-private",
      ],
      [
        2,
        "VALIDATION_FAILED",
        "there is no event "task.complete". Did you mean "task.completed"?",
        "There is:  task.*, session.*, import.*, task.created, task.updated, task.status_changed, task.completed, task.reopened, task.cancelled, task.archived, task.deleted, task.restored, task.moved, task.claimed, task.claim_released, task.claim_expired, task.blocked, task.unblocked, task.ready, task.note_added, task.tag_changed, task.dep_added, task.dep_removed, task.criterion_checked, session.started, session.ended, session.undone, import.completed",
      ],
      [
        2,
        "INVALID_QUERY",
        "no field "tagg". Did you mean "tag"?",
        "All fields:  taskwerk help query",
      ],
      [
        3,
        "WEBHOOK_NOT_FOUND",
        "there is no webhook w7.",
        "See what there is:  taskwerk webhook list",
      ],
      [
        2,
        "USAGE",
        ""w7" is no delivery: they have numbers.",
        "All of w7 that were given up:  taskwerk webhook replay --failed --webhook w7",
      ],
      [
        2,
        "VALIDATION_FAILED",
        "say which: one delivery, all that failed, or all since a moment.",
        "taskwerk webhook replay ID     taskwerk webhook replay --failed     taskwerk webhook replay --since 2h",
      ],
      [
        3,
        "DELIVERY_NOT_FOUND",
        "there is no delivery 7.",
        "See what there is:  taskwerk webhook deliveries",
      ],
      [
        2,
        "USAGE",
        "webhook update: nothing to change.",
        "What can be:  taskwerk help webhook update",
      ],
      [
        2,
        "USAGE",
        "--enable and --disable do not go together.",
        null,
      ],
    ]
  `);
});

it("is switched off and on, changed, tried and taken away", async () => {
  const { id } = await add();
  expect((await rig.taskwerk("webhook", "test", id)).stdout).toBe(`w1  arrived: 204 from ${hook.url}/hook\n`);
  expect(hook.posts.map(({ body }) => body.type)).toEqual(["webhook.test"]);
  hook.answer(503);
  expect(await rig.failure("webhook", "test", id)).toMatchObject({ exit: 7, code: "WEBHOOK_FAILED" });
  hook.answer(204);
  const changed = await rig.data<Webhook>(
    ...["webhook", "update", id, "--url", `${hook.url}/other`, "--event", "task.created", "--where", "tag:api"],
  );
  expect(changed).toMatchObject({ url: `${hook.url}/other`, events: ["task.created"], where: "tag:api" });
  expect(await rig.failure("webhook", "update", id, "--public-only")).toMatchObject({ code: "VALIDATION_FAILED" });
  expect(await rig.data("webhook", "update", id, "--where", "none", "--allow-private")).toMatchObject({ where: null });
  expect(await rig.data("webhook", "update", id, "--disable")).toMatchObject({
    active: false,
    disabled_because: "off",
  });
  await rig.data("add", "Unheard");
  expect(await rig.data("webhook", "update", id, "--enable")).toMatchObject({
    reach: "private",
    active: true,
    disabled_because: null,
  });
  await rig.data("add", "Heard");
  await hook.until(3);
  expect(hook.posts.at(-1)!.body.task?.title).toBe("Heard");
  expect((await rig.taskwerk("webhook", "rotate", id, "--keep", "0s")).stdout).toContain("signs no longer");
  expect((await deliveries("--limit", "1")).length).toBe(1);
  expect((await rig.taskwerk("webhook", "deliveries", "--cursor", "1", "-q")).stdout).toBe("");
  expect((await rig.taskwerk("webhook", "rm", id)).stdout).toContain("w1  removed");
  expect(await hooks()).toEqual([]);
});

it("the example's receiver takes what is genuine, once, and nothing else", async () => {
  const program = resolve(fileURLToPath(import.meta.url), "../../../../../examples/webhook-receiver/receiver.mjs");
  // Its address has to be known before its secret is.
  const free = createTcpServer().listen(0, "127.0.0.1");
  await new Promise((listening) => free.once("listening", listening));
  const { port } = free.address() as { port: number };
  await new Promise((closed) => free.close(closed));
  const url = `http://127.0.0.1:${port}/`;
  const { secret } = await rig.data<WebhookSecret>("webhook", "add", url, "--allow-private", ...MADE_AND_DONE);
  const child = spawn(process.execPath, [program], { env: { ...rig.env, WEBHOOK_SECRET: secret, PORT: String(port) } });
  const said = { text: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.text += text;
  });
  const lines = async (count: number): Promise<readonly string[]> => {
    for (const since = performance.now(); performance.now() - since < 60_000; ) {
      const all = said.text.split("\n").slice(0, -1);
      if (all.length >= count) return all;
      await new Promise((wait) => setTimeout(wait, 10));
    }
    throw new Error(said.text);
  };
  try {
    await lines(1);
    await rig.data("add", "Fix login");
    await lines(2);
    await quiet();
    await rig.data("webhook", "replay", "1");
    await quiet();
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(401);
    await rig.data("webhook", "rotate", "w1", "--keep", "0s");
    expect((await rig.failure("webhook", "test", "w1")).message).toContain("it answered 401");
    expect(await lines(2)).toEqual([`listening on http://127.0.0.1:${port}`, '1 task.created TASK-001 "Fix login"']);
  } finally {
    child.kill();
  }
});
