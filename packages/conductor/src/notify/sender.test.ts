import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notice, Told, Way } from "../model/notice.ts";
import { placeOf } from "./place-of.ts";
import { makeSender, type SenderOptions } from "./sender.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
}

let dir: string;
let server: Server;
let url: string;
let received: Received[];
let answer: (n: number) => number | null;
let failures: Told[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "notify-"));
  received = [];
  failures = [];
  answer = () => 200;
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, path: request.url ?? "", body });
      const status = answer(received.length);
      if (status !== null) response.writeHead(status, { location: "/elsewhere" }).end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/topic-of-mine`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const sender = (ways: readonly Way[], over: Partial<SenderOptions> = {}) =>
  makeSender({
    ways,
    env: { PATH: `${dir}:/usr/bin:/bin`, HOME: dir, ANTHROPIC_API_KEY: "sk-canary-value" },
    secrets: ["sk-canary-value"],
    now: () => new Date("2026-11-20T21:43:00Z"),
    onFailure: (told) => failures.push(told),
    ...over,
  });
const post = (): Way => ({ kind: "post", url });
const notice = (key: string, over: Partial<Notice> = {}): Notice => ({
  ...{ key, title: `title ${key}`, text: `text ${key}`, urgent: false },
  ...over,
});
function program(name: string, script: string): string {
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
  return join(dir, name);
}

describe("telling people", () => {
  it("posts plain text with the title in a header, also where that is not ASCII", async () => {
    const one = sender([post()]);
    one.tell(notice("1", { title: "Zürich: Q4 waits", text: "Welche Farbe?\n\nconductor inbox" }));
    await one.close();
    expect(received).toMatchObject([{ path: "/topic-of-mine", body: "Welche Farbe?\n\nconductor inbox" }]);
    const { headers } = received[0]!;
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    const word = /^=\?UTF-8\?B\?(.*)\?=$/.exec(String(headers.title))?.[1];
    expect(Buffer.from(word!, "base64").toString()).toBe("Zürich: Q4 waits");
  });
  it("tells each thing once, in order", async () => {
    const one = sender([post()]);
    for (const key of ["1", "2", "1", "2", "3"]) one.tell(notice(key));
    await one.close();
    expect(received.map(({ body }) => body)).toEqual(["text 1", "text 2", "text 3"]);
  });
  it("tells so many in an hour, counts the others, and always tells what is urgent", async () => {
    let now = Date.parse("2026-11-20T21:43:00Z");
    const one = sender([post()], { now: () => new Date(now) });
    for (let n = 0; n < 30; n += 1) one.tell(notice(String(n)));
    one.tell(notice("end", { urgent: true }));
    await one.close();
    expect(received).toHaveLength(21);
    expect(received.at(-1)!.body).toBe("text end\n\n10 more before it, not told one by one:  conductor inbox");
    now += 61 * 60_000;
    one.tell(notice("later"));
    await one.close();
    expect(received.at(-1)!.body).toBe("text later");
  });
  it("says no secret, and nothing that moves a terminal", async () => {
    const one = sender([post()]);
    one.tell(
      notice("1", {
        title: "a\x1b]0;x\x07 sk-canary-value\nb",
        text: "x\x1b[2J sk-can\u200bary-value\ny".repeat(1_000),
      }),
    );
    await one.close();
    const { headers, body } = received[0]!;
    expect(headers.title).toBe("a [redacted] b");
    expect(body).toMatch(/^x \[redacted\]\nyx \[redacted\]\n/);
    expect(body.length).toBeLessThanOrEqual(2_000);
  });
  it("says no secret of a program that failed, nor half of one, and nothing that moves a terminal", async () => {
    const leaks = program(
      "leaks",
      "printf 'bad\\033[2J key sk-canary-value, HOME=%s\\nsecond line' \"$HOME\" >&2; exit 3",
    );
    const long = program("long", `printf '%0490d sk-canary-value' 0 >&2; exit 4`);
    const ways: readonly Way[] = [leaks, long].map((file) => ({ kind: "command", argv: [file] }));
    const one = sender(ways);
    const told = await one.test(notice("t"));
    one.tell(notice("1"));
    await one.close();
    expect(failures).toEqual(told);
    const [first, second] = told.map(({ problem }) => problem ?? "");
    expect(first).toBe(`it ended with 3: bad key [redacted], HOME=${dir}`);
    expect(second).toMatch(/^it ended with 4: 0{400}/);
    expect(second).not.toContain("sk-");
    expect(second!.length).toBeLessThanOrEqual(500);
  });
  it("says the first failure of each way once, and goes on", async () => {
    answer = (n) => (n < 3 ? 403 : 200);
    const one = sender([post(), { kind: "command", argv: [join(dir, "missing")] }]);
    for (const key of ["1", "2", "3"]) one.tell(notice(key));
    await one.close();
    expect(received).toHaveLength(3);
    expect(failures).toEqual([
      { kind: "post", to: placeOf(post()), problem: "it answered HTTP 403" },
      { kind: "command", to: "missing", problem: `${join(dir, "missing")} is not there` },
    ]);
  });
  it("tests every way at once and says how each went; nothing is followed elsewhere", async () => {
    answer = () => 302;
    const hangs = program("hangs", `sleep 1000 & echo $! > ${dir}/child; wait`);
    const ways: readonly Way[] = [
      post(),
      { kind: "post", url: "http://127.0.0.1:1025/" },
      { kind: "command", argv: [hangs] },
      { kind: "command", argv: ["sh", "-c", "echo oh no >&2; exit 3"] },
      { kind: "desktop" },
    ];
    const told = await sender(ways, { timeoutMs: 1_500 }).test(notice("test"));
    expect(told.map(({ problem }) => problem)).toEqual([
      "it answered HTTP 302",
      "nobody listens there",
      "no answer within 1.5 seconds",
      "it ended with 3: oh no",
      "notify-send is not there",
    ]);
    expect(received.map(({ path }) => path)).toEqual(["/topic-of-mine"]);
    // What it had started is ended with it.
    const child = readFileSync(join(dir, "child"), "utf8").trim();
    while (existsSync(`/proc/${child}`)) await sleep(20);
  });
  it("never waits for who does not answer", async () => {
    answer = () => null;
    const one = sender([post()], { timeoutMs: 300 });
    one.tell(notice("1"));
    expect(received).toEqual([]);
    await one.close();
    expect(failures).toMatchObject([{ problem: "no answer within 0.3 seconds" }]);
  });
  it("gives a program the message, the title and a small environment", async () => {
    const tells = program("tells", `{ cat; echo; env | sort; } > ${dir}/told`);
    const told = await sender([{ kind: "command", argv: [tells, "x"] }]).test(notice("1", { text: "two\nlines" }));
    expect(told).toEqual([{ kind: "command", to: "tells", problem: null }]);
    const said = readFileSync(join(dir, "told"), "utf8");
    expect(said).toMatch(/^two\nlines\nCONDUCTOR_TITLE=title 1\nHOME=/);
    expect(said).not.toContain("sk-canary");
  });
  it("shows it on the desktop, without markup", async () => {
    program("notify-send", `printf '%s|' "$@" > ${dir}/shown`);
    await sender([{ kind: "desktop" }]).test(notice("1", { title: "-x", text: "<b>a</b> & b" }));
    expect(readFileSync(join(dir, "shown"), "utf8")).toBe("--app-name=conductor|--|-x|&lt;b&gt;a&lt;/b&gt; &amp; b|");
  });
  it("sends a name and a password as such, and shows neither them nor the rest of an address", async () => {
    const own = url.replace("http://", "http://ada:p%40ss@");
    await sender([{ kind: "post", url: own }]).test(notice("1"));
    expect(received[0]!.headers.authorization).toBe(`Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
    expect(placeOf({ kind: "post", url: own })).toBe(`${url.slice(0, url.indexOf("/topic"))}/topi...`);
    expect(placeOf({ kind: "post", url: "https://ntfy.sh/?token=x" })).toBe("https://ntfy.sh...");
  });
  it("does nothing where no way is named", async () => {
    const one = sender([]);
    one.tell(notice("1"));
    await one.close();
    expect(await one.test(notice("2"))).toEqual([]);
  });
});
