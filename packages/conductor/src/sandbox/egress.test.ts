import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Command, RefusedEgress } from "../model/command.ts";
import { detectConfinement } from "./confinement.ts";
import { EGRESS_LIMITS, type EgressOptions, openEgress } from "./egress-proxy.ts";
import { egressRules } from "./egress-rules.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const top = mkdtempSync(join(tmpdir(), "egress-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** A place on this machine that answers, and says who was there. */
async function place(): Promise<{ readonly port: number; readonly seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createHttpServer((asked, answer) => {
    seen.push(asked);
    asked.resume().on("end", () => answer.setHeader("set-cookie", ["a=1", "b=2"]).end(`answer to ${asked.url}`));
  });
  return { port: await listening(server), seen };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function proxy(hosts: readonly string[], more: Partial<EgressOptions> = {}) {
  const rules = egressRules(hosts);
  if (rules.kind === "invalid") throw new Error(rules.problem);
  const refused: RefusedEgress[] = [];
  const onRefused = (one: RefusedEgress): void => void refused.push(one);
  const open = await openEgress({ endpoints: rules.endpoints, parent: top, onRefused, ...more });
  onTestFinished(() => open.close());
  return { refused, path: join(open.dir, open.socket), open };
}

/** Writes raw bytes to the proxy and reads to the end. */
function raw(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let came = "";
    const socket = connect({ path });
    socket.on("data", (chunk) => {
      came += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(came));
    socket.write(text);
  });
}

describe("the egress proxy", () => {
  it("passes a request for a named place on, with that place's name and without what was meant for the proxy", async () => {
    const { port, seen } = await place();
    const { path, refused } = await proxy([`127.0.0.1:${port}`]);
    const answer = await raw(
      path,
      `POST http://127.0.0.1:${port}/v1/x?y=1 HTTP/1.1\r\nHost: elsewhere\r\nProxy-Authorization: Basic x\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Api-Key: k\r\nContent-Length: 2\r\n\r\nhi`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n[\s\S]*answer to \/v1\/x\?y=1/);
    expect(seen[0]?.headers).toMatchObject({ host: `127.0.0.1:${port}`, "x-api-key": "k", "content-length": "2" });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toContain("x-hop");
    expect(Object.keys(seen[0]?.headers ?? {})).not.toContain("proxy-authorization");
    expect(refused).toEqual([]);
  });

  it("makes a tunnel to a named place, and keeps what was sent with the wish for it", async () => {
    const { port } = await place();
    const { path } = await proxy([`localhost:${port}`]);
    const answer = await raw(
      path,
      `CONNECT LOCALHOST.:${port} HTTP/1.1\r\n\r\nGET /tunnel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK[\s\S]*answer to \/tunnel/);
  });

  it("refuses every other place, says so, and tells of each once", async () => {
    const { port, seen } = await place();
    const { path, refused } = await proxy(["api.example.com", `127.0.0.1:${port + 1}`]);
    for (const target of [
      `127.0.0.1:${port}`,
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `127.1:${port}`,
      `2130706433:${port}`,
      "api.example.com:80",
      "evil.example:443",
    ])
      expect(await raw(path, `CONNECT ${target} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 Forbidden/);
    expect(await raw(path, `GET http://127.0.0.1:${port}/secret?key=k HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403/,
    );
    expect(seen).toEqual([]);
    expect(refused.map(({ host }) => host)).toEqual([
      "127.0.0.1",
      "localhost",
      "::1",
      "::ffff:127.0.0.1",
      "127.1",
      "2130706433",
      "api.example.com",
      "evil.example",
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/secret|key=/);
  });

  it("does not follow a name to a private address, also not when the name changes its mind", async () => {
    const { port, seen } = await place();
    let asked = 0;
    const resolve = async (): Promise<readonly string[]> => {
      asked += 1;
      return ["169.254.169.254", "127.0.0.1", "::ffff:127.0.0.1"];
    };
    const { path, refused } = await proxy(["model.example"], { resolve });
    expect(await raw(path, "CONNECT model.example:443 HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 403/);
    expect(asked).toBe(1);
    expect(refused).toMatchObject([{ host: "model.example", port: 443 }]);
    const named = await proxy([`model.example:${port}`], { resolve: async () => ["127.0.0.1"] });
    expect(
      await raw(named.path, `GET http://model.example:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    ).toContain("answer to /");
    expect(seen[0]?.headers.host).toBe(`model.example:${port}`);
  });

  it("answers what it does not understand with an error, and goes on", async () => {
    const { path } = await proxy(["api.example.com"]);
    for (const text of [
      "GET /etc/passwd HTTP/1.1\r\nHost: api.example.com\r\n\r\n",
      "GET https://api.example.com/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET ftp://api.example.com/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://user:word@api.example.com/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "CONNECT api.example.com HTTP/1.1\r\n\r\n",
      "CONNECT /socket HTTP/1.1\r\n\r\n",
    ])
      expect(await raw(path, text)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(path, "\0\0\r\n\r\n")).toBe("");
    const long = `CONNECT api.example.com:443 HTTP/1.1\r\nX: ${"x".repeat(EGRESS_LIMITS.headerBytes)}\r\n\r\n`;
    expect(await raw(path, long)).toBe("");
    expect(await raw(path, "CONNECT other.example:1 HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 403/);
  });

  it("holds only so many connections, and says when a place cannot be reached", async () => {
    const closed = await place();
    const { path, open } = await proxy([`127.0.0.1:${closed.port}`, "127.0.0.1:1"]);
    expect(await raw(path, "CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 502[\s\S]*cannot be reached/);
    const idle = Array.from({ length: EGRESS_LIMITS.connections }, () => connect({ path }));
    for (const one of idle) one.on("error", () => undefined);
    await Promise.all(idle.map((one) => new Promise((done) => one.once("connect", done))));
    expect(await raw(path, `CONNECT 127.0.0.1:${closed.port} HTTP/1.1\r\n\r\n`)).toBe("");
    await open.close();
    expect(await raw(path, "x")).toBe("");
  });
});

const stateDir = join(top, "state");
const detected = await detectConfinement({ env: process.env, stateDir });
const confined = detected.level === "full" || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write(`SKIPPED: no sandbox here, its tests do not run: ${detected.problem}\n`);

let count = 0;
function inside(script: string, more: Partial<Command> = {}): Command {
  count += 1;
  return {
    argv: ["/bin/bash", "-c", script],
    cwd: "/tmp",
    binds: [],
    env: {},
    network: "none",
    timeoutMs: 30_000,
    outputLimitBytes: 100_000,
    marker: `egress/${process.pid}/${count}`,
    ...more,
  };
}

/** What node says of one address: the text, or how it failed. It knows nothing of proxies. */
const GET = (url: string): string =>
  `node -e 'require("http").get("${url}",(a)=>a.on("data",(d)=>console.log(String(d)))).on("error",(e)=>console.log("failed",e.code))'`;
/** The same as a client that honours the proxy of its environment. */
const THROUGH = (url: string): string =>
  `node -e 'const p=new URL(process.env.http_proxy);require("http").get({host:p.hostname,port:p.port,path:"${url}",headers:{host:"x"}},(a)=>a.on("data",(d)=>console.log(a.statusCode,String(d).trim()))).on("error",(e)=>console.log("failed",e.code))'`;

describe.skipIf(!confined)("a command with a way out (needs bubblewrap)", () => {
  it("reaches the named place at its own port and through the proxy, and nothing else of this machine", async () => {
    const model = await place();
    const other = await place();
    const refused: RefusedEgress[] = [];
    const result = await detected.confinement.run(
      inside(
        [
          GET(`http://127.0.0.1:${model.port}/direct`),
          THROUGH(`http://127.0.0.1:${model.port}/proxied`),
          GET(`http://127.0.0.1:${other.port}/direct`),
          THROUGH(`http://127.0.0.1:${other.port}/proxied`),
          THROUGH("http://evil.example/"),
        ].join("; "),
        { egress: { hosts: [`127.0.0.1:${model.port}`], onRefused: (one) => refused.push(one) } },
      ),
    );
    expect(result.stdout.trim().split("\n")).toEqual([
      "answer to /direct",
      "200 answer to /proxied",
      "failed ECONNREFUSED",
      `403 conductor: 127.0.0.1:${other.port} is not among the hosts that may be reached`,
      "403 conductor: evil.example:80 is not among the hosts that may be reached",
    ]);
    expect(other.seen).toEqual([]);
    expect(refused.map(({ host, port }) => `${host}:${port}`)).toEqual([`127.0.0.1:${other.port}`, "evil.example:80"]);
  });

  it("has no route for a socket of its own, and no interface but loopback", async () => {
    const { port } = await place();
    const result = await detected.confinement.run(
      inside(
        `cut -d: -f1 -s /proc/net/dev | tr -d ' \\n'; echo; cat /proc/net/route | wc -l; (exec 3<>/dev/tcp/1.1.1.1/80) 2>&1 | grep -q unreachable && echo unreachable; (exec 3<>/dev/udp/1.1.1.1/53) 2>&1 | grep -q unreachable && echo unreachable; python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)' 2>&1 | grep -o 'not permitted'`,
        { egress: { hosts: [`127.0.0.1:${port}`] } },
      ),
    );
    expect(result.stdout).toMatch(/^lo\n[01]\nunreachable\nunreachable\n(not permitted\n)?$/);
  });

  it("is told of the proxy under every name, and keeps loopback for itself", async () => {
    const { port } = await place();
    const result = await detected.confinement.run(
      inside('env | grep -i proxy | sort | sed "s/:[0-9]*$//"', { egress: { hosts: [`127.0.0.1:${port}`] } }),
    );
    expect(result.stdout.trim().split("\n")).toEqual([
      "ALL_PROXY=http://127.0.0.1",
      "HTTPS_PROXY=http://127.0.0.1",
      "HTTP_PROXY=http://127.0.0.1",
      "NODE_USE_ENV_PROXY=1",
      "NO_PROXY=localhost,127.0.0.1,::1,[::1]",
      "all_proxy=http://127.0.0.1",
      "http_proxy=http://127.0.0.1",
      "https_proxy=http://127.0.0.1",
      "no_proxy=localhost,127.0.0.1,::1,[::1]",
    ]);
  });

  it("ends as the command ends: its code, its input, its absence, its time", async () => {
    const sockets = mkdtempSync(join(top, "s-"));
    vi.stubEnv("TMPDIR", sockets);
    onTestFinished(() => void vi.unstubAllEnvs());
    const egress = { hosts: ["api.example.com"] };
    const run = (script: string, more: Partial<Command> = {}) =>
      detected.confinement.run(inside(script, { egress, ...more }));
    expect(await run("cat; exit 7", { stdin: "input" })).toMatchObject({
      end: { kind: "exited", code: 7 },
      stdout: "input",
    });
    expect((await run("", { argv: ["no-such-program"] })).end.kind).toBe("spawn-failed");
    expect((await run("trap '' TERM; sleep 1000 & sleep 1000", { timeoutMs: 300 })).end.kind).toBe("timed-out");
    const stop = new AbortController();
    const cancelled = await run("trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done", {
      signal: stop.signal,
      onOutput: (_stream, chunk) => {
        if (chunk.includes("ready")) stop.abort();
      },
    });
    expect(cancelled).toMatchObject({ end: { kind: "cancelled" }, stdout: "ready\ncleaned\n" });
    expect(readdirSync(sockets)).toEqual([]);
  });

  it("cannot change the proxy, its socket or the program in between", async () => {
    const { port } = await place();
    const result = await detected.confinement.run(
      inside(
        "for f in egress/s egress/forwarder.cjs node egress/new; do (: > /run/conductor/$f || rm /run/conductor/$f || ln -s / /run/conductor/$f) 2>/dev/null && echo open; done; echo end",
        { egress: { hosts: [`127.0.0.1:${port}`] } },
      ),
    );
    expect(result.stdout).toBe("end\n");
  });

  it("does not start when its hosts make no sense", async () => {
    const result = await detected.confinement.run(inside("echo ran", { egress: { hosts: ["https://a.example"] } }));
    expect(result).toMatchObject({ end: { kind: "spawn-failed" }, stdout: "" });
    expect(result.end.kind === "spawn-failed" ? result.end.reason : "").toContain("is an address of a page");
  });
});

describe("a socket that is no client", () => {
  it("does not keep the proxy from closing", async () => {
    const silent = createServer(() => undefined);
    const port = await listening(silent);
    const { path, open } = await proxy([`127.0.0.1:${port}`]);
    const client = connect({ path });
    client.on("error", () => undefined);
    client.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
    await new Promise((done) => client.once("data", done));
    await open.close();
    await new Promise<void>((done) => (client.destroyed ? done() : client.once("close", () => done())));
  });
});
