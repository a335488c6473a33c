/** Callers who go away in the middle of an answer: the server lets go of what it held for them, and has nothing to say. */
import { get, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ended } from "../../rig.ts";
import { openSource } from "../event-source.ts";
import { openStage, type Stage } from "./stage.ts";

const at = {} as { stage: Stage; greeting: string; open: number };
beforeAll(async () => {
  at.stage = await openStage([], "api: {stream_timeout: 1s}\n");
  at.greeting = at.stage.said();
  at.open = await sockets();
  // More than the system keeps for a connection.
  const row = (n: number): string => JSON.stringify({ title: `Task ${n}`, description: "x".repeat(20_000) });
  const rows = Array.from({ length: 1_000 }, (_, n) => row(n)).join("\n");
  expect((await at.stage.rig.run("taskwerk", ["import", "-", "--json"], { stdin: rows })).code).toBe(0);
});
afterAll(() => at.stage.close());

const headers = () => ({ authorization: `Bearer ${at.stage.file.token}` });
const ask = (path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${at.stage.file.url}${path}`, { headers: headers(), agent: false }, resolve).on("error", reject);
  });
const FORMATS = ["json", "ndjson", "csv", "md"];

const sockets = async (): Promise<number> => (await at.stage.descriptors()).filter((kind) => kind === "socket:").length;
/** Until nobody is connected any more, and then as many exports as can be may begin. */
async function untilNobodyIsThere(): Promise<void> {
  while ((await sockets()) > at.open) await sleep(20);
  const all = await Promise.all(FORMATS.map((format) => ask(`/v1/export?format=${format}`)));
  expect(all.map(({ statusCode }) => statusCode)).toEqual(FORMATS.map(() => 200));
  for (const one of all) one.destroy();
  while ((await sockets()) > at.open) await sleep(20);
}

it("in an export, at once or after a part of it", async () => {
  for (const format of FORMATS) {
    (await ask(`/v1/export?format=${format}`)).destroy();
    const some = await ask(`/v1/export?format=${format}`);
    await new Promise((resolve) => some.once("data", resolve));
    some.destroy();
  }
  await untilNobodyIsThere();
});

it("or who read nothing of it: half of it is not taken for all", async () => {
  const stalled = await Promise.all(FORMATS.map((format) => ask(`/v1/export?format=${format}`)));
  await untilNobodyIsThere();
  for (const one of stalled) {
    one.on("error", () => undefined).resume();
    await new Promise((resolve) => one.once("close", resolve));
    expect([one.headers["content-type"], one.complete]).toEqual([expect.anything(), false]);
  }
});

it("in a page, in a stream of events, in what they send", async () => {
  (await ask("/v1/tasks?limit=0")).destroy();
  const source = await openSource(at.stage.file.url, at.stage.file.token, "?since=0");
  source.close();
  for (const path of ["/v1/tasks", "/v1/tasks:import?format=ndjson", "/v1/batch", "/v1/token:rotate"]) {
    const asked = request(`${at.stage.file.url}${path}`, {
      method: "POST",
      headers: { ...headers(), "content-type": "application/json", "content-length": "1000000" },
    });
    asked.on("error", () => undefined);
    asked.write('{"title":"half');
    await sleep(50);
    asked.destroy();
  }
});

it("and in the end there is not a word on stderr", async () => {
  const end = ended(at.stage.child);
  await at.stage.rig.data("api", "stop");
  expect(await end).toMatchObject({ code: 0, stderr: "", stdout: "" });
  expect(at.stage.said()).toBe(at.greeting);
});
