/** Streams of events on which nothing happens, and readers that are no more. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSource, type Source } from "../event-source.ts";
import { openStage, type Stage } from "./stage.ts";

const at = {} as { stage: Stage; sockets: number };
beforeAll(async () => {
  at.stage = await openStage([], "api: {heartbeat: 1s, stream_timeout: 2s}\n");
  at.sockets = await sockets();
});
afterAll(() => at.stage.close());

const open = (query = ""): Promise<Source> => openSource(at.stage.file.url, at.stage.file.token, query);
const sockets = async (): Promise<number> => (await at.stage.descriptors()).filter((kind) => kind === "socket:").length;
const comments = ({ frames }: Source): number => frames.filter(({ comment }) => comment).length;
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

describe("a stream on which nothing happens", () => {
  it("says a comment now and then, which is no event", async () => {
    const source = await open();
    await until(() => comments(source) >= 3);
    expect(source.events()).toEqual([]);
    expect(source.frames.filter(({ comment }) => !comment)).toEqual([expect.objectContaining({ retry: "2000" })]);
    source.close();
  });

  it("does so too where all that happens is of types that it does not tell of", async () => {
    const source = await open("?type=session.*");
    const { url, token } = at.stage.file;
    const over = { yes: false };
    const writing = (async () => {
      for (let n = 0; !over.yes; n += 1) {
        const answer = await fetch(`${url}/v1/tasks/1/notes`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ text: `note ${n}` }),
        });
        expect(answer.status).toBe(201);
        await answer.text();
        await sleep(50);
      }
    })();
    await until(() => comments(source) >= 2);
    over.yes = true;
    await writing;
    expect(source.events()).toEqual([]);
    source.close();
  });
});

describe("a reader that is no more", () => {
  it("leaves nothing open, however many there were", async () => {
    const { url, token } = at.stage.file;
    const open: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const readers = Array.from({ length: 40 }, () =>
        spawn("curl", [
          ...["-sN", "-H", `Authorization: Bearer ${token}`, "-H", "Accept: text/event-stream", `${url}/v1/events`],
        ]),
      );
      await Promise.all(readers.map(({ stdout }) => new Promise((resolve) => stdout.once("data", resolve))));
      expect(await sockets()).toBeGreaterThanOrEqual(at.sockets + 40);
      for (const reader of readers) reader.kill("SIGKILL");
      await until(async () => (await sockets()) === at.sockets);
      open.push((await at.stage.descriptors()).length);
    }
    expect(open).toEqual([open[0], open[0], open[0]]);
  });

  it("or takes nothing while much is told, is let go", async () => {
    const source = await open("?since=0");
    source.response.pause();
    const { url, token } = at.stage.file;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    // More than the system keeps for a connection.
    const operations = Array.from({ length: 50 }, (_, n) => ({
      op: "update",
      id: "1",
      description: (n % 2 ? "x" : "y").repeat(10_000),
    }));
    for (let n = 0; n < 14; n += 1) {
      const answer = await fetch(`${url}/v1/batch`, { method: "POST", headers, body: JSON.stringify({ operations }) });
      expect(answer.status).toBe(200);
      await answer.text();
    }
    await until(async () => (await sockets()) === at.sockets);
    source.response.resume();
    expect(await source.ended).toBe("broken");
  });
});
