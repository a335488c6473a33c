import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { requestOf, sendRaw } from "./raw-http.ts";
import { filesWith, openStage, type Stage } from "./stage.ts";
import { isHealth, TARGETS, type Target, takesBody } from "./targets.ts";

// Dozens of processes, one after the other, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = { stage: undefined as unknown as Stage, before: "" };
beforeAll(async () => {
  at.stage = await openStage();
  at.before = await at.stage.state();
});
afterAll(() => at.stage.close());

const host = () => `Host: 127.0.0.1:${at.stage.file.port}`;
const token = () => `Authorization: Bearer ${at.stage.file.token}`;
const JSON_TYPE = "Content-Type: application/json";
const send = (bytes: string | Buffer) => sendRaw(at.stage.file.port, bytes);

/** So many at once, so that a thousand requests take seconds. */
const AT_ONCE = 24;
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Attack {
  readonly name: string;
  /** All header lines but the target's own. */
  readonly headers: (port: number, token: string) => readonly string[];
  readonly statuses: readonly number[];
  /** Where it is none. */
  readonly unless?: (target: Target) => boolean;
  readonly version?: string;
  /** What stands before the path. */
  readonly before?: string;
}

const bearer = (text: string): string => `Authorization: Bearer ${text}`;
const local = (port: number): string => `Host: 127.0.0.1:${port}`;
const hostAttack = (name: string, ...hosts: readonly ((port: number) => string)[]): Attack => ({
  name: `Host: ${name}`,
  headers: (port, own) => [...hosts.map((one) => `Host: ${one(port)}`), bearer(own), JSON_TYPE],
  statuses: [400, 403],
});
const originAttack = (origin: string | ((port: number) => string)): Attack => ({
  name: `Origin: ${origin}`,
  headers: (port, own) => [
    local(port),
    bearer(own),
    JSON_TYPE,
    `Origin: ${typeof origin === "string" ? origin : origin(port)}`,
  ],
  statuses: [403],
});
const siteAttack = (site: string): Attack => ({
  name: `Sec-Fetch-Site: ${site}`,
  headers: (port, own) => [local(port), bearer(own), JSON_TYPE, `Sec-Fetch-Site: ${site}`],
  statuses: [403],
});
const tokenAttack = (name: string, ...lines: readonly ((own: string) => string)[]): Attack => ({
  name: `token: ${name}`,
  headers: (port, own) => [local(port), JSON_TYPE, ...lines.map((line) => line(own))],
  statuses: [401],
  unless: isHealth,
});
const bodyAttack = (name: string, ...lines: readonly string[]): Attack => ({
  name: `body: ${name}`,
  headers: (port, own) => [local(port), bearer(own), ...lines],
  statuses: [415],
  unless: (target) => !takesBody(target),
});
/** The last letter is another one. */
const almost = (own: string): string => `${own.slice(0, -1)}${own.endsWith("A") ? "B" : "A"}`;
const UNKNOWN = `twk_0123456789_${"a".repeat(43)}`;

const ATTACKS: readonly Attack[] = [
  hostAttack("a name that resolves here", (port) => `evil.example:${port}`),
  hostAttack("without the port", () => "127.0.0.1"),
  hostAttack("another port", (port) => `127.0.0.1:${port + 1}`),
  hostAttack("a trailing dot", (port) => `localhost.:${port}`),
  hostAttack("a name that begins like ours", (port) => `localhost.evil.example:${port}`),
  hostAttack("a name that ends like ours", (port) => `evil.localhost:${port}`),
  hostAttack("upper case", (port) => `LOCALHOST:${port}`),
  hostAttack("user information", (port) => `127.0.0.1:${port}@evil.example`),
  hostAttack("another spelling of the address", (port) => `127.1:${port}`),
  hostAttack("all addresses", (port) => `0.0.0.0:${port}`),
  hostAttack("a mapped address", (port) => `[::ffff:127.0.0.1]:${port}`),
  hostAttack(
    "two, ours first",
    (port) => `127.0.0.1:${port}`,
    () => "evil.example",
  ),
  hostAttack(
    "two, ours last",
    () => "evil.example",
    (port) => `127.0.0.1:${port}`,
  ),
  hostAttack(
    "two of ours",
    (port) => `127.0.0.1:${port}`,
    (port) => `127.0.0.1:${port}`,
  ),
  hostAttack("a list", (port) => `127.0.0.1:${port}, evil.example`),
  hostAttack("nothing", () => ""),
  hostAttack("none"),
  {
    name: "HTTP/1.0 without Host",
    headers: (_, own) => [bearer(own), JSON_TYPE],
    statuses: [400],
    version: "HTTP/1.0",
  },
  {
    name: "a whole address as target",
    headers: (port, own) => [local(port), bearer(own), JSON_TYPE],
    statuses: [400],
    before: "http://evil.example",
  },
  {
    name: "our own whole address as target",
    headers: (port, own) => [local(port), bearer(own), JSON_TYPE],
    statuses: [400],
    before: "http://127.0.0.1",
  },
  {
    name: "a target that begins with two slashes",
    headers: (port, own) => [local(port), bearer(own), JSON_TYPE],
    statuses: [400],
    before: "//evil.example",
  },
  ...["null", "", "file://", "http://evil.example", "chrome-extension://abcdefgh", "vscode-webview://x"].map(
    originAttack,
  ),
  originAttack((port) => `https://127.0.0.1:${port}`),
  originAttack((port) => `http://127.0.0.1:${port + 1}`),
  originAttack((port) => `http://localhost.evil.example:${port}`),
  ...["cross-site", "same-site", "nonsense"].map(siteAttack),
  tokenAttack("none"),
  tokenAttack("short", () => bearer("x")),
  tokenAttack("long", (own) => bearer(`${own}${"x".repeat(8_000)}`)),
  tokenAttack("almost right", (own) => bearer(almost(own))),
  tokenAttack("a part of it", (own) => bearer(own.slice(0, -1))),
  tokenAttack("with Basic", (own) => `Authorization: Basic ${own}`),
  tokenAttack("twice", bearer, bearer),
  tokenAttack("in a cookie", (own) => `Cookie: token=${own}`),
  tokenAttack("one that nobody made", () => bearer(UNKNOWN)),
  bodyAttack("plain text, as a form can send it", "Content-Type: text/plain"),
  bodyAttack("a form", "Content-Type: application/x-www-form-urlencoded"),
  bodyAttack("parts", "Content-Type: multipart/form-data; boundary=x"),
  bodyAttack("no type"),
  bodyAttack("two types", JSON_TYPE, "Content-Type: text/plain"),
  bodyAttack("compressed", JSON_TYPE, "Content-Encoding: gzip"),
];

describe("a hostile page, and whoever else has no business here", () => {
  it.each(ATTACKS.map((attack) => [attack.name, attack] as const))("%s: no address answers", async (_, attack) => {
    const { port, token: own } = at.stage.file;
    const wrong: string[] = [];
    await inTurn(
      TARGETS.filter((target) => !attack.unless?.(target)),
      async (target) => {
        const line = `${target.method} ${attack.before ?? ""}${target.path} ${attack.version ?? "HTTP/1.1"}`;
        const { status, text } = await send(
          requestOf(line, [...attack.headers(port, own), ...target.headers], target.body),
        );
        if (!attack.statuses.includes(status)) wrong.push(`${target.name}: ${status}`);
        if (/^access-control-/im.test(text) || text.includes(own)) wrong.push(`${target.name}: ${text}`);
      },
    );
    expect(wrong).toEqual([]);
  });

  it("CONNECT gets nothing", async () => {
    const { answers } = await send(requestOf("CONNECT 127.0.0.1:80 HTTP/1.1", [host(), token()]));
    expect(answers).toBe(0);
  });
});

describe("requests that two programs would read differently", () => {
  const head = (...lines: readonly string[]): string =>
    [`POST /v1/tasks HTTP/1.1`, host(), token(), JSON_TYPE, ...lines].join("\r\n");
  const HIDDEN = (): string =>
    `POST /v1/tasks HTTP/1.1\r\n${host()}\r\n${token()}\r\n${JSON_TYPE}\r\nContent-Length: 13\r\n\r\n{"title":"x"}`;
  const CORPUS: Readonly<Record<string, () => string>> = {
    "a length and chunks": () =>
      `${head("Content-Length: 4", "Transfer-Encoding: chunked")}\r\n\r\n0\r\n\r\n${HIDDEN()}`,
    "chunks and a length": () =>
      `${head("Transfer-Encoding: chunked", "Content-Length: 4")}\r\n\r\n0\r\n\r\n${HIDDEN()}`,
    "two lengths": () => `${head("Content-Length: 2", "Content-Length: 13")}\r\n\r\n{}`,
    "a list of lengths": () => `${head("Content-Length: 2, 2")}\r\n\r\n{}`,
    "a length with a sign": () => `${head("Content-Length: +2")}\r\n\r\n{}`,
    "a negative length": () => `${head("Content-Length: -2")}\r\n\r\n{}`,
    "a hexadecimal length": () => `${head("Content-Length: 0x2")}\r\n\r\n{}`,
    "an endless length": () => `${head(`Content-Length: ${"9".repeat(30)}`)}\r\n\r\n{}`,
    "another encoding": () => `${head("Transfer-Encoding: xchunked")}\r\n\r\n0\r\n\r\n`,
    "chunked, but not last": () => `${head("Transfer-Encoding: chunked, identity")}\r\n\r\n0\r\n\r\n`,
    "chunked twice": () => `${head("Transfer-Encoding: chunked", "Transfer-Encoding: identity")}\r\n\r\n0\r\n\r\n`,
    "a space before the colon": () => `${head("Transfer-Encoding : chunked")}\r\n\r\n0\r\n\r\n`,
    "a header folded over two lines": () => `${head("X-Folded: a", " b")}\r\n\r\n`,
    "a header without a colon": () => `${head("nonsense")}\r\n\r\n`,
    "a NUL in a header": () => `${head("X-Nul: a\0b")}\r\n\r\n`,
    "a lone CR in a header": () => `${head("X-Cr: a\rContent-Length: 2")}\r\n\r\n{}`,
    "lines that end with LF": () => `${head("Content-Length: 13").replaceAll("\r\n", "\n")}\n\n{"title":"x"}`,
    "a chunk of no size": () => `${head("Transfer-Encoding: chunked")}\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    "a chunk of negative size": () => `${head("Transfer-Encoding: chunked")}\r\n\r\n-2\r\n{}\r\n0\r\n\r\n`,
    "a chunk of endless size": () => `${head("Transfer-Encoding: chunked")}\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n`,
    "a chunk that is longer than it says": () => `${head("Transfer-Encoding: chunked")}\r\n\r\n2\r\n{}${HIDDEN()}`,
    "a chunk with an endless remark": () =>
      `${head("Transfer-Encoding: chunked")}\r\n\r\n2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    "a body that is longer than it says": () => `${head("Content-Length: 2")}\r\n\r\n{}trailing rubbish\r\n\r\n`,
    "a body on a look": () =>
      `GET /v1/tasks HTTP/1.1\r\n${host()}\r\n${token()}\r\nContent-Length: ${HIDDEN().length}\r\n\r\n${HIDDEN()}`,
    "a request line of two lines": () => `POST /v1/tasks\r\n HTTP/1.1\r\n${host()}\r\n\r\n`,
    "an unknown version": () => requestOf("POST /v1/tasks HTTP/3.7", [host(), token(), JSON_TYPE], '{"title":"x"}'),
    "an unknown method": () => requestOf("STEAL /v1/tasks HTTP/1.1", [host(), token(), JSON_TYPE], '{"title":"x"}'),
    "100 KB of headers": () => `${head(`X-Long: ${"x".repeat(100_000)}`)}\r\n\r\n`,
    "5,000 headers": () => `${head(...Array.from({ length: 5_000 }, (_, n) => `X-${n}: 1`))}\r\n\r\n`,
  };

  it.each(Object.keys(CORPUS))("%s: refused, and nothing hidden behind it is done", async (name) => {
    const { status, text } = await send(CORPUS[name]!());
    expect([400, 413, 422, 431], text).toContain(status);
    expect(text).not.toMatch(/HTTP\/1\.1 (2|5)\d\d/);
  });
});

describe("paths that mean another path to somebody", () => {
  it.each([
    "/v1/../v1/tasks/1",
    "/v1/tasks/..",
    "/v1/tasks/.",
    "/v1/tasks/%2e%2e/tasks",
    "/v1/tasks/%2E./tasks",
    "/v1/tasks/1%2F..%2F2",
    "/v1/tasks/1%2f",
    "/v1/tasks/1%252F",
    "/v1/tasks/%252e%252e",
    "/v1/tasks/1%00",
    "/v1/tasks/1\0",
    "/v1/tasks/1;admin=1",
    "/v1/tasks;/1",
    "/v1//tasks",
    "/v1/tasks/",
    "/V1/tasks",
    "/v1\\tasks",
    "/v1/tasks%5c1",
    "/v1/tasks/%",
    "/v1/tasks/%zz",
    "/v1/tasks/%c0%ae%c0%ae",
    "/v1/tasks/%ed%a0%80",
    "/v1/tasks/\xff",
    "/v1/tasks/1#fragment",
    "/v1/tasks/__proto__",
    "/v1/tasks/constructor",
    "/v1/tasks?__proto__=1",
    "/v1/tasks?constructor=1&toString=2",
    "/v1/tasks?limit=1&limit=2",
    `/v1/tasks/${"a".repeat(10_000)}`,
  ])("%s: 400, 404 or 422", async (path) => {
    const { status, text } = await send(Buffer.from(requestOf(`GET ${path} HTTP/1.1`, [host(), token()]), "latin1"));
    expect([400, 404, 422], text).toContain(status);
  });
});

describe("bodies that are bombs", () => {
  const post = (body: string) => send(requestOf("POST /v1/tasks HTTP/1.1", [host(), token(), JSON_TYPE], body));
  const deep = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`;

  it.each([
    ["100,000 levels of objects", () => `{"title":"x","metadata":${deep('{"a":', "}")}}`, 422],
    ["100,000 levels of lists", () => `{"title":"x","metadata":{"a":${deep("[", "]")}}}`, 422],
    ["half a million brackets", () => "[".repeat(500_000), 422],
    ["__proto__", () => '{"title":"x","__proto__":{"isAdmin":true}}', 422],
    ["__proto__ below metadata", () => '{"title":"x","metadata":{"__proto__":{"isAdmin":true}}}', 422],
    ["constructor.prototype", () => '{"title":"x","constructor":{"prototype":{"isAdmin":true}}}', 422],
  ])("%s", async (_, body, status) => {
    expect((await post(body())).status).toBe(status);
  });

  it.each([
    ["a byte more than eight mebibytes", 8 * 1_048_576 + 1],
    ["a terabyte", 10 ** 12],
  ])("a length of %s is refused before a byte of it is sent", async (_, length) => {
    const head = requestOf("POST /v1/tasks HTTP/1.1", [host(), token(), JSON_TYPE, `Content-Length: ${length}`]);
    expect((await send(head)).status).toBe(413);
  });

  it("chunks without end are refused after eight mebibytes", async () => {
    const head = requestOf("POST /v1/tasks HTTP/1.1", [host(), token(), JSON_TYPE, "Transfer-Encoding: chunked"]);
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    expect((await send(`${head}${chunk.repeat(160)}`)).status).toBe(413);
  });
});

describe("after all of it", () => {
  beforeEach(async () => {
    // A server that died would have nothing to say either.
    const health = await send(requestOf("GET /healthz HTTP/1.1", [host()]));
    expect(health.text.split("\r\n\r\n")[1]).toBe("ok\n");
  });

  it("not a byte of what the store holds has changed", async () => {
    expect(await at.stage.state()).toBe(at.before);
  });

  it("the server has shown no defect, on stderr or in its log", async () => {
    const log = await readFile(join(at.stage.rig.dir, "server.log"), "utf8");
    expect(`${at.stage.said()}${log}`).not.toMatch(/\n {4}at |Error:/);
    // The requests are there, one a line, with nothing in them that anybody sent.
    expect(log).toMatch(/Z POST \/v1\/tasks 403 \d+ms none\n/);
    expect(log).not.toContain("evil");
  });

  it("the token lies in api.json and nowhere else", async () => {
    const { rig, child, file } = at.stage;
    const own = join(rig.dir, ".taskwerk", "api.json");
    expect(await filesWith(rig.dir, file.token, [own])).toEqual([]);
    expect(await filesWith(rig.env.HOME!, file.token, [])).toEqual([]);
    expect(at.stage.said()).not.toContain(file.token);
    for (const name of ["cmdline", "environ"]) {
      const text = await readFile(`/proc/${child.pid}/${name}`, "utf8").catch(() => "");
      expect(text).not.toContain(file.token);
    }
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(file.token);
  });
});
