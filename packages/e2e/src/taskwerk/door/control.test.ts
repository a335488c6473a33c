import { execFileSync } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { taskwerkClient } from "@taskwerk/contract/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mayMount, mountSmallDisk } from "../../durability/small-disk.ts";
import { ended, makeRig } from "../../rig.ts";
import { sendRaw } from "./raw-http.ts";
import { askAmong, openCrowd } from "./slow-sockets.ts";
import { openStage, type Stage, serveStage } from "./stage.ts";

// Dozens of processes, one after the other, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = { stage: undefined as unknown as Stage };
beforeEach(async () => {
  at.stage = await openStage([]);
});
afterEach(() => at.stage.close());

const clientOf = ({ file: { url, token } }: Stage) => taskwerkClient({ url, token, actor: "story" });
const storeOf = ({ rig }: Stage): string => join(rig.dir, ".taskwerk");

describe("a server whose store is no longer there", () => {
  it("that was deleted answers with an error, writes nowhere, and ends", async () => {
    const { child, rig } = at.stage;
    const client = clientOf(at.stage);
    const end = ended(child);
    await rm(storeOf(at.stage), { recursive: true });
    // It looks by itself, too, and may have ended already.
    await expect(client.call("task.add", { title: "lost" })).rejects.toMatchObject({
      code: expect.stringMatching(/^(STORE_NOT_FOUND|TASKWERK_UNREACHABLE)$/),
    });
    expect(await end).toMatchObject({ code: 9, stderr: expect.stringContaining("deleted under this server") });
    expect(await rig.failure("where")).toMatchObject({ exit: 9 });
  });

  it("that was replaced is not written to, and neither is the new one", async () => {
    const { child, rig } = at.stage;
    const client = clientOf(at.stage);
    const end = ended(child);
    await rig.data("init", "--store", join(rig.dir, "other"));
    await rename(storeOf(at.stage), `${storeOf(at.stage)}.old`);
    await rename(join(rig.dir, "other"), storeOf(at.stage));
    // It looks by itself, too, and may have ended already.
    await expect(client.call("task.add", { title: "lost" })).rejects.toMatchObject({
      code: expect.stringMatching(/^(STORE_UNREADABLE|TASKWERK_UNREACHABLE)$/),
    });
    expect(await end).toMatchObject({ code: 5, stderr: expect.stringContaining("another file lies in the place of") });
    expect(await rig.data("list", "--all")).toEqual([]);
  });

  it("that nobody calls ends all the same", async () => {
    const { child } = at.stage;
    const end = ended(child);
    await rm(storeOf(at.stage), { recursive: true });
    expect((await end).code).toBe(9);
  });
});

describe("a server that is to end", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s under load: what was acknowledged is there, and it ends",
    async (signal) => {
      const { child, rig } = at.stage;
      const client = clientOf(at.stage);
      const end = ended(child);
      const acknowledged: string[] = [];
      const broken: unknown[] = [];
      const work = async (worker: number): Promise<void> => {
        for (let n = 0; ; n += 1) {
          try {
            const { data } = await client.call("task.add", { title: `${worker}.${n}` });
            acknowledged.push(data.changed[0]!.title);
          } catch (error) {
            broken.push(error);
            return;
          }
        }
      };
      const working = Promise.all([1, 2, 3, 4].map(work));
      while (acknowledged.length < 20) await sleep(5);
      child.kill(signal);
      expect(await end).toMatchObject({ code: 0, stderr: "" });
      await working;
      for (const error of broken) expect(error).toMatchObject({ code: "TASKWERK_UNREACHABLE" });
      const there = await rig.data<readonly { title: string }[]>("list", "--limit", "0");
      const titles = new Set(there.map(({ title }) => title));
      expect(acknowledged.filter((title) => !titles.has(title))).toEqual([]);
      await expect(readFile(join(storeOf(at.stage), "api.json"))).rejects.toThrow();
    },
  );

  it("does not wait for callers who have said nothing", async () => {
    const crowd = await openCrowd(at.stage.file.port, 50);
    const end = ended(at.stage.child);
    await at.stage.rig.data("api", "stop");
    expect((await end).code).toBe(0);
    crowd.leave();
  });
});

describe("a crowd", () => {
  it("of connections that say nothing keeps neither the health check nor the owner out", async () => {
    const { port, token } = at.stage.file;
    const crowd = await openCrowd(port, 600);
    try {
      expect((await askAmong(port, "/healthz", null, 20)).answered).toBe(20);
      expect((await askAmong(port, "/v1/tasks", token, 20)).answered).toBe(20);
    } finally {
      crowd.leave();
    }
  });

  it("of calls beyond api.calls is told to come later, and a body that does not come is not waited for", async () => {
    const { rig } = at.stage;
    await rig.data("api", "stop");
    await writeFile(join(storeOf(at.stage), "config.yml"), "api: {calls: 2, request_timeout: 1s}\n");
    const { port, token } = (await serveStage(rig, [])).file;
    const head = [
      "POST /v1/tasks HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${token}`,
      "Content-Type: application/json",
      "Content-Length: 100",
    ].join("\r\n");
    const [slow, alsoSlow] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
    const heard = { text: "" };
    alsoSlow.resume();
    slow.on("data", (chunk: Buffer) => {
      heard.text += chunk.toString();
    });
    const hungUp = Promise.all([slow, alsoSlow].map((one) => new Promise((resolve) => one.on("close", resolve))));
    for (const socket of [slow, alsoSlow]) socket.on("error", () => undefined).write(`${head}\r\n\r\n{`);
    await sleep(300);
    const third = await sendRaw(port, `${head.replace("100", "2")}\r\nConnection: close\r\n\r\n{}`);
    // Under load the two may be over by now: then it was this one's turn.
    expect([503, 422]).toContain(third.status);
    await hungUp;
    expect(heard.text).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("api start, stop and status", () => {
  it("name the program that has the port", async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
    });
    try {
      await at.stage.rig.data("api", "stop");
      const failure = await at.stage.rig.failure("api", "start", "--port", String(port));
      expect(failure).toMatchObject({ code: "PORT_IN_USE", exit: 7, hint: expect.stringContaining("--port 0") });
      if (process.platform === "linux") expect(failure).toMatchObject({ details: { pid: process.pid } });
    } finally {
      other.close();
    }
  });

  it("name the server that has the store", async () => {
    const { rig, file } = at.stage;
    expect(await rig.failure("api", "start", "--port", "0")).toMatchObject({
      code: "API_RUNNING",
      message: expect.stringContaining(`${file.url} (pid ${file.pid})`),
    });
  });

  it("say that a server that is there does not answer, and a client is told when it is gone", async () => {
    const { rig, child, file } = at.stage;
    child.kill("SIGSTOP");
    expect(await rig.failure("api", "status")).toMatchObject({
      code: "TASKWERK_UNREACHABLE",
      message: expect.stringContaining(`pid ${file.pid}`),
    });
    const waiting = clientOf(at.stage).call("store.status", {});
    await sleep(100);
    child.kill("SIGKILL");
    await expect(waiting).rejects.toMatchObject({ code: "TASKWERK_UNREACHABLE" });
    expect(await rig.failure("api", "status")).toMatchObject({ message: "no server runs for this store." });
  });

  it("--host needs --allow-remote, before anything listens; with it there is a warning, and a token all the same", async () => {
    const { rig } = at.stage;
    await rig.data("api", "stop");
    expect(await rig.failure("api", "start", "--port", "0", "--host", "0.0.0.0")).toMatchObject({
      code: "FORBIDDEN",
      exit: 4,
    });
    await expect(readFile(join(storeOf(at.stage), "api.json"))).rejects.toThrow();
    const remote = await serveStage(rig, ["--host", "0.0.0.0", "--allow-remote"]);
    const end = ended(remote.child);
    expect((await fetch(`${remote.file.url}/v1/tasks`)).status).toBe(401);
    await rig.data("api", "stop");
    await end;
    expect(remote.said()).toContain("nothing between them and it is encrypted");
  });

  it("--log writes down what happens, for its owner only; in the background too", async () => {
    const { rig } = at.stage;
    await rig.data("api", "stop");
    await rig.data("api", "start", "--port", "0", "--detach", "--log", "server.log", "--verbose");
    await rig.data("api", "token", "--rotate");
    await rig.data("api", "stop");
    const log = await readFile(join(rig.dir, "server.log"), "utf8");
    expect(log.replace(/^\S+ /gm, "").replace(/\d+ms/g, "Nms").split("\n")).toEqual([
      expect.stringMatching(/^serving .*\.taskwerk on http:\/\/127\.0\.0\.1:\d+ \(pid \d+, taskwerk /),
      "POST /v1/token:rotate 200 Nms owner",
      "ending",
      "ended",
      "",
    ]);
    expect(execFileSync("stat", ["-c", "%a", join(rig.dir, "server.log")], { encoding: "utf8" }).trim()).toBe("600");
    expect(await rig.failure("api", "start", "--detach", "--verbose")).toMatchObject({ code: "USAGE" });
    expect(await rig.failure("api", "start", "--port", "0", "--log", "no/such/place")).toMatchObject({ code: "USAGE" });
  });
});

describe.skipIf(!mayMount())("a full disk under a server", () => {
  it("takes no write and no new token, gives every read, and is written again when there is room", async () => {
    const rig = await makeRig();
    const disk = mountSmallDisk(2);
    try {
      const store = join(disk.dir, "store");
      await rig.data("init", "--store", store);
      await rig.data("add", "one", "--store", store);
      const child = rig.start("taskwerk", ["api", "start", "--port", "0", "--json", "--store", store]);
      await new Promise((resolve) => child.stdout!.once("data", resolve));
      const file = JSON.parse(await readFile(join(store, "api.json"), "utf8"));
      const client = taskwerkClient(file);
      disk.fill();
      await expect(
        client.call("task.add", { title: "x".repeat(400), description: "y".repeat(200_000) }),
      ).rejects.toMatchObject({
        code: "STORE_FULL",
      });
      expect((await client.call("task.list", {})).data).toHaveLength(1);
      expect((await fetch(`${file.url}/healthz`)).status).toBe(200);
      expect(await rig.failure("api", "token", "--rotate", "--store", store)).toMatchObject({ code: "STORE_FULL" });
      expect((await client.call("task.list", {})).data).toHaveLength(1);
      disk.free();
      await client.call("task.add", { title: "two" });
      expect(await rig.data("api", "stop", "--store", store)).toMatchObject({ stopped: true });
    } finally {
      disk.remove();
      await rig.remove();
    }
  });
});
