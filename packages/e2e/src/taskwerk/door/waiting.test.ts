/** Requests that wait, for the store or for their sender: those that come in time are answered, the others are told, and nobody else waits. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { taskwerkClient } from "@taskwerk/contract/client";
import { isWerkError } from "@taskwerk/contract/errors";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type HeldUp, holdUpImport } from "../../durability/held-up.ts";
import { mayTrace } from "../../durability/traced.ts";
import { requestOf, sendRaw } from "./raw-http.ts";
import { openStage, type Stage } from "./stage.ts";

const CALLS = 4;
const at = {} as { stage: Stage };

const headers = (...more: readonly string[]): readonly string[] => [
  `Host: 127.0.0.1:${at.stage.file.port}`,
  `Authorization: Bearer ${at.stage.file.token}`,
  ...more,
];
const ask = (line: string) => sendRaw(at.stage.file.port, requestOf(`${line} HTTP/1.1`, headers()));
const client = (retries = 0) => taskwerkClient({ ...at.stage.file, retries, timeoutMs: 120_000 });

/** Adds a task; its id, or the code of what became of it. */
const add = (title: string, retries = 0): Promise<string> =>
  client(retries)
    .call("task.add", { title }, { idempotencyKey: title })
    .then(
      ({ data }) => data.changed[0]!.id,
      (error: unknown) => (isWerkError(error) ? error.code : String(error)),
    );
const titles = async (): Promise<readonly string[]> =>
  (await at.stage.rig.data<readonly { title: string }[]>("list", "--all", "--limit", "0", "--sort", "id")).map(
    ({ title }) => title,
  );

describe.skipIf(!mayTrace())("writes that wait for another process that writes", () => {
  const held = {} as { up: HeldUp };
  beforeEach(async () => {
    at.stage = await openStage([], `api: {calls: ${CALLS}}\n`);
    held.up = await holdUpImport(at.stage.rig);
  }, 120_000);
  afterEach(() => at.stage.close());

  it("keep no reader and no health check waiting, and one call too many is told to come again", async () => {
    const writes = ["w-1", "w-2", "w-3"].map((title) => add(title));
    await sleep(300);
    expect((await ask("GET /healthz")).status).toBe(200);
    expect((await ask("GET /v1/tasks")).status).toBe(200);
    writes.push(add("w-4"));
    await sleep(300);
    const refused = await ask("GET /v1/tasks");
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text.split("\r\n\r\n")[1]!).error).toMatchObject({ code: "STORE_BUSY", retryable: true });
    expect((await ask("GET /healthz")).status).toBe(200);
    // Who comes again gets in when there is room.
    const patient = add("patient", 100);
    await sleep(300);
    held.up.signal("SIGCONT");
    expect((await held.up.end).code).toBe(0);
    for (const id of [...(await Promise.all(writes)), await patient]) expect(id).toMatch(/^TASK-\d+$/);
    const made = await titles();
    for (const title of ["w-1", "w-2", "w-3", "w-4", "patient"]) {
      expect(made.filter((one) => one === title)).toEqual([title]);
    }
  }, 120_000);

  it("and whose caller goes away leave their place to others", async () => {
    const sockets = Array.from({ length: CALLS }, (_, n) => {
      const socket = connect(at.stage.file.port, "127.0.0.1");
      socket.on("error", () => undefined);
      const body = JSON.stringify({ title: `gone ${n}` });
      socket.write(requestOf("POST /v1/tasks HTTP/1.1", headers("Content-Type: application/json"), body));
      return socket;
    });
    while ((await ask("GET /v1/tasks")).status !== 503) await sleep(20);
    for (const socket of sockets) socket.destroy();
    while ((await ask("GET /v1/tasks")).status !== 200) await sleep(20);
    held.up.signal("SIGCONT");
    await held.up.end;
  }, 60_000);
});

describe.concurrent("requests that come slowly", () => {
  beforeAll(async () => {
    at.stage = await openStage(
      [],
      "api: {headers_timeout: 2s, request_timeout: 3s, import_timeout: 8s, keep_alive: 2s}\n",
    );
  });
  afterAll(() => at.stage.close());

  /** Sends pieces with a pause before each, and everything that came back until the server hung up. */
  async function slowly(pauseMs: number, ...pieces: readonly string[]): Promise<string> {
    const socket = connect(at.stage.file.port, "127.0.0.1");
    const heard = { text: "" };
    socket.on("error", () => undefined);
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard.text += text;
    });
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    for (const piece of pieces) {
      if (socket.destroyed) break;
      socket.write(piece);
      await Promise.race([gone, sleep(pauseMs)]);
    }
    await gone;
    return heard.text;
  }
  const statuses = (text: string): readonly string[] =>
    Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status!);
  const halves = (line: string, type: string, body: string, close = true): readonly [string, string, string] => {
    const lines = headers(
      `Content-Type: ${type}`,
      `Content-Length: ${body.length}`,
      ...(close ? ["Connection: close"] : []),
    );
    return [`${line} HTTP/1.1\r\n`, `${lines.join("\r\n")}\r\n\r\n${body.slice(0, 5)}`, body.slice(5)];
  };
  const TASK = JSON.stringify({ title: "Slow" });
  const NEVER = JSON.stringify({ title: "Never" });

  it("are waited for within each bound", async () => {
    expect(statuses(await slowly(600, ...halves("POST /v1/tasks", "application/json", TASK)))).toEqual(["201"]);
    const rows = halves("POST /v1/tasks:import", "application/x-ndjson", `${TASK}\n${TASK}\n`);
    // Longer than any other request may take.
    expect(statuses(await slowly(2_000, rows[0] + rows[1], "", "", rows[2]))).toEqual(["201"]);
  }, 60_000);

  it.each([
    ["whose headers do not end", () => [halves("POST /v1/tasks", "application/json", NEVER)[0], "X-Slow: "]],
    ["whose body does not end", () => halves("POST /v1/tasks", "application/json", NEVER).slice(0, 2)],
    [
      "whose import does not end",
      () => halves("POST /v1/tasks:import", "application/x-ndjson", `${NEVER}\n`).slice(0, 2),
    ],
    [
      "a byte at a time",
      () => {
        const [line, most] = halves(
          "POST /v1/tasks",
          "application/json",
          JSON.stringify({ title: `Never ${"x".repeat(400)}` }),
        );
        return [line + most, ..."x".repeat(300)];
      },
    ],
  ])(
    "%s are told 408 and hung up on",
    async (_, pieces) => {
      expect(statuses(await slowly(50, ...pieces()))).toEqual(["408"]);
      expect((await titles()).filter((title) => title.startsWith("Never"))).toEqual([]);
    },
    60_000,
  );

  it("may share a connection, which is closed when nothing more comes", async () => {
    const one = halves("POST /v1/tasks", "application/json", TASK, false).join("");
    expect(statuses(await slowly(800, one, one, one))).toEqual(["201", "201", "201"]);
  }, 60_000);
});
