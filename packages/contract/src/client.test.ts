import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ClientOptions, taskwerkClient } from "./client.ts";
import { decodeHeader, encodeHeader } from "./headers.ts";

const at = { server: null as Server | null, seen: [] as IncomingMessage[], sockets: 0 };
afterEach(() => {
  at.server?.closeAllConnections();
  at.server?.close();
});

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;
async function serve(answer: Answer, options: Partial<ClientOptions> = {}) {
  Object.assign(at, { seen: [], sockets: 0 });
  const server = createServer((request, response) => {
    at.seen.push(request);
    request.resume().once("end", () => answer(request, response, at.seen.length));
  });
  at.server = server.on("connection", () => {
    at.sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return taskwerkClient({ url: `http://127.0.0.1:${port}`, token: "t", ...options });
}
const ok = (response: ServerResponse): void => {
  response.end(JSON.stringify({ ok: true, v: 1, kind: "x", data: [], warnings: [], meta: {} }));
};
const busy = (response: ServerResponse): void => {
  const error = { code: "STORE_BUSY", message: "busy", hint: null, retryable: true, details: {} };
  response.writeHead(503).end(JSON.stringify({ ok: false, v: 1, kind: "error", error, meta: {} }));
};

describe("the client", () => {
  it("uses one connection for many calls where it keeps it, and one each where not", async () => {
    const kept = await serve((_, response) => ok(response), { keepAlive: true });
    for (let n = 0; n < 5; n += 1) await kept.call("task.list", {});
    expect([at.seen.length, at.sockets]).toEqual([5, 1]);
    kept.close();
    const plain = await serve((_, response) => ok(response));
    for (let n = 0; n < 3; n += 1) await plain.call("task.list", {});
    expect([at.seen.length, at.sockets]).toEqual([3, 3]);
  });

  it("reads again when a kept connection was closed at that moment", async () => {
    const client = await serve(
      (request, response, count) => (count === 2 ? request.socket.resetAndDestroy() : ok(response)),
      { keepAlive: true },
    );
    await client.call("task.list", {});
    await client.call("task.list", {});
    expect(at.seen.length).toBe(3);
    client.close();
  });

  it.each([
    ["a read", "task.list", {}, {}, 3],
    ["a write with a key", "task.add", { title: "x" }, { idempotencyKey: "k" }, 3],
    ["a write without one", "task.add", { title: "x" }, {}, 1],
  ] as const)("sends %s again as often as it may, and no oftener", async (_, name, input, call, times) => {
    const client = await serve((request) => request.socket.destroy(), { retries: 2 });
    await expect(client.call(name, input as never, call)).rejects.toMatchObject({ code: "TASKWERK_UNREACHABLE" });
    expect(at.seen.length).toBe(times);
  });

  it("goes on after an answer that says it may, and not after another", async () => {
    const client = await serve((_, response, count) => (count === 1 ? busy(response) : ok(response)), { retries: 2 });
    expect((await client.call("task.list", {})).ok).toBe(true);
    const refused = await serve((_, response) => busy(response));
    await expect(refused.call("task.list", {})).rejects.toMatchObject({ code: "STORE_BUSY" });
    expect(at.seen.length).toBe(1);
  });

  it("does not wait for a server that answers in something else than HTTP", async () => {
    const client = await serve((request) =>
      request.socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    );
    await expect(client.call("task.list", {})).rejects.toMatchObject({ code: "TASKWERK_UNREACHABLE" });
  });

  it("sends names in any letters", async () => {
    const client = await serve((_, response) => ok(response), { actor: "Jörg 日本", session: "plain one" });
    await client.call("task.list", {});
    const { headers } = at.seen[0]!;
    expect(decodeHeader(headers["x-taskwerk-actor"] as string)).toBe("Jörg 日本");
    expect(headers["x-taskwerk-session"]).toBe("plain one");
  });
});

describe("text in a header", () => {
  it.each(["ann", "Jörg", " led by a space", "UTF-8''x", "a%20b", "日本", "tab\there"])("comes back: %j", (text) => {
    expect(encodeHeader(text)).toMatch(/^[\x20-\x7e]+$/);
    expect(decodeHeader(encodeHeader(text))).toBe(text);
  });
  it.each(["Jörg", "UTF-8''%ff", "UTF-8''%", "a\u0000"])("is none: %j", (value) => {
    expect(decodeHeader(value)).toBeNull();
  });
});
