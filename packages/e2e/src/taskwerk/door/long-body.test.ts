/** Bodies that are longer than is taken, from clients that send all of it before they look for an answer. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestOf, sendRaw } from "./raw-http.ts";
import { openStage, type Stage } from "./stage.ts";

const MEBIBYTE = 1_048_576;
const run = promisify(execFile);

const CONNECTIONS = 8;

const at = {} as { stage: Stage };
beforeAll(async () => {
  at.stage = await openStage([], `api: {connections: ${CONNECTIONS}, request_timeout: 5s}\n`);
});
afterAll(() => at.stage.close());

interface Way {
  readonly head: string;
  readonly piece: (bytes: number) => string;
  readonly end: string;
}
const WAYS: Readonly<Record<string, (length: number) => Way>> = {
  counted: (length) => ({ head: `Content-Length: ${length}`, piece: (bytes) => "x".repeat(bytes), end: "" }),
  chunked: () => ({
    head: "Transfer-Encoding: chunked",
    piece: (bytes) => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`,
    end: "0\r\n\r\n",
  }),
};

/** Sends a head and so many mebibytes, a pause after each, and looks at nothing that comes before the last has gone. */
async function sendBlindly(
  head: readonly string[],
  way: Way,
  count: number,
  pauseMs: number,
): Promise<{ readonly text: string; readonly error: string | null }> {
  const { port } = at.stage.file;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const state = { text: "", error: null as string | null };
  socket.on("error", (error: NodeJS.ErrnoException) => {
    state.error ??= error.code ?? error.message;
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const write = (text: string): Promise<unknown> =>
    Promise.race([new Promise((resolve) => socket.write(text, resolve)), closed]);
  await write(`${[...head, way.head].join("\r\n")}\r\n\r\n`);
  for (let n = 0; n < count && !socket.destroyed; n += 1) {
    await write(way.piece(MEBIBYTE));
    await sleep(pauseMs);
  }
  if (!socket.destroyed) await write(way.end);
  socket.setEncoding("utf8").on("data", (text: string) => {
    state.text += text;
  });
  socket.once("end", () => socket.end());
  await closed;
  return state;
}

const head = (line: string, token: string, host = `127.0.0.1:${at.stage.file.port}`): readonly string[] => [
  `${line} HTTP/1.1`,
  `Host: ${host}`,
  `Authorization: Bearer ${token}`,
  "Content-Type: application/json",
];

describe.each(Object.entries(WAYS))("20 MiB, %s", (_, way) => {
  it.each([
    [413, "PAYLOAD_TOO_LARGE", () => head("POST /v1/tasks", at.stage.file.token)],
    [413, "PAYLOAD_TOO_LARGE", () => head("PATCH /v1/tasks/1", at.stage.file.token)],
    [401, "UNAUTHORIZED", () => head("POST /v1/tasks", "wrong")],
    [403, "FORBIDDEN", () => head("POST /v1/tasks", at.stage.file.token, "evil.example")],
    [404, "ROUTE_NOT_FOUND", () => head("POST /no/such/route", at.stage.file.token)],
    [400, "USAGE", () => head("GET /v1/tasks", at.stage.file.token)],
    [422, "VALIDATION_FAILED", () => head("POST /v1/tasks:import?format=nope", at.stage.file.token)],
  ])("%i %s is seen by who sends all of it first", async (status, code, lines) => {
    const { text, error } = await sendBlindly(lines(), way(20 * MEBIBYTE), 20, 50);
    expect({ error, line: text.split("\r\n", 1)[0] }).toEqual({
      error: null,
      line: expect.stringContaining(`${status}`),
    });
    expect(JSON.parse(text.split("\r\n\r\n")[1]!)).toMatchObject({ ok: false, error: { code } });
    expect(text.toLowerCase()).toContain("connection: close");
  });

  it("curl says what the server said", async () => {
    const { rig, file } = at.stage;
    const body = join(rig.dir, "body.json");
    await writeFile(body, "x".repeat(20 * MEBIBYTE));
    const chunked = way(0).head.startsWith("Transfer") ? ["-H", "Transfer-Encoding: chunked"] : [];
    for (let n = 0; n < 5; n += 1) {
      const { stdout } = await run("curl", [
        ...["--silent", "--show-error", "--data-binary", `@${body}`, "-H", "Expect:", ...chunked],
        ...[
          "-H",
          `Authorization: Bearer ${file.token}`,
          "-H",
          "Content-Type: application/json",
          `${file.url}/v1/tasks`,
        ],
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "PAYLOAD_TOO_LARGE" } });
    }
  });
});

describe("who goes on sending", () => {
  const peakKb = async (): Promise<number> =>
    Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${at.stage.child.pid}/status`, "utf8"))![1]);

  it("for ever is hung up on, and costs no memory", async () => {
    const before = await peakKb();
    const { text, error } = await sendBlindly(
      head("POST /v1/tasks", at.stage.file.token),
      WAYS.chunked!(0),
      Number.POSITIVE_INFINITY,
      0,
    );
    expect({ text, error }).toMatchObject({ error: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect((await peakKb()) - before).toBeLessThan(64 * 1_024);
  });

  it.each([
    ["says nothing more", null],
    ["says a byte now and then", 100],
  ])("and %s, is hung up on", async (_, everyMs) => {
    const { socket, heard, gone } = open();
    const timer = everyMs === null ? undefined : setInterval(() => socket.write("x"), everyMs);
    await gone;
    clearInterval(timer);
    expect(heard()).toContain("413");
    expect(heard().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it("makes room for others meanwhile", async () => {
    const { port, token } = at.stage.file;
    const held: ReturnType<typeof open>[] = [];
    for (let n = 0; n < CONNECTIONS * 2; n += 1) {
      held.push(open());
      await held.at(-1)!.answered;
    }
    const { status } = await sendRaw(port, requestOf("GET /v1/status HTTP/1.1", head("", token).slice(1)));
    expect(status).toBe(200);
    for (const { socket } of held) socket.destroy();
  });

  /** Begins to send a terabyte. */
  function open() {
    const { port, token } = at.stage.file;
    const socket = connect(port, "127.0.0.1");
    const state = { text: "" };
    socket.on("error", () => undefined);
    const answered = new Promise<void>((resolve) => {
      socket.setEncoding("utf8").on("data", (text: string) => {
        state.text += text;
        resolve();
      });
    });
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.write(`${[...head("POST /v1/tasks", token), `Content-Length: ${10 ** 12}`].join("\r\n")}\r\n\r\nx`);
    return { socket, heard: () => state.text, answered, gone };
  }
});
