import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile, ApiInfo } from "@taskwerk/contract/api-file";
import { type TaskwerkClient, taskwerkClient } from "@taskwerk/contract/client";
import type { Envelope, Failure, Success } from "@taskwerk/contract/envelope";
import { MORE_ROUTES } from "@taskwerk/contract/more-routes";
import { ROUTES } from "@taskwerk/contract/routes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, firstLine, makeRig, programPath, type Rig } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(async () => {
  await at.rig.taskwerk("api", "stop");
  await at.rig.remove();
});

const apiFile = async (): Promise<ApiFile> =>
  JSON.parse(await readFile(join(at.rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;
const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function serve(...args: readonly string[]) {
  const child = at.rig.start("taskwerk", ["api", "start", "--port", "0", "--json", ...args]);
  const line = await firstLine(child);
  const { data } = JSON.parse(line) as Success<ApiInfo>;
  return { child, line, info: data, client: await clientOf() };
}
const clientOf = async (): Promise<TaskwerkClient> => {
  const { url, token } = await apiFile();
  return taskwerkClient({ url, token, actor: "story" });
};

describe("api start", () => {
  it("says in one line where it is, keeps the token to its file, and ends with a signal", async () => {
    const { child, line, info } = await serve();
    const file = await apiFile();
    expect(info).toMatchObject({
      url: file.url,
      port: file.port,
      pid: child.pid,
      store: join(at.rig.dir, ".taskwerk"),
    });
    expect(line).not.toContain(file.token);
    expect((await stat(info.token_file)).mode & 0o777).toBe(0o600);
    expect(await (await fetch(`${info.url}/healthz`)).text()).toBe("ok\n");
    const end = ended(child);
    child.kill("SIGTERM");
    expect(await end).toMatchObject({ code: 0, stderr: "" });
    await expect(apiFile()).rejects.toThrow();
  });

  it("ends with the program that started it", async () => {
    const { child, info } = await serve("--until-stdin-closes");
    const end = ended(child);
    child.stdin!.end();
    expect((await end).code).toBe(0);
    expect(await answers(info.url)).toBe(false);
  });

  it("serves in the background until it is stopped, one a store", async () => {
    const { rig } = at;
    const info = await rig.data<ApiInfo>("api", "start", "--port", "0", "--detach");
    expect(await rig.data("api", "status")).toMatchObject({ url: info.url, pid: info.pid });
    expect(await rig.failure("api", "start", "--port", "0")).toMatchObject({ code: "API_RUNNING", exit: 8 });
    expect(await rig.failure("api", "start", "--port", "0", "--detach")).toMatchObject({
      code: "API_RUNNING",
      exit: 8,
    });
    expect(await rig.data("api", "stop")).toMatchObject({ stopped: true });
    expect(await answers(info.url)).toBe(false);
    expect(await rig.data("api", "stop")).toMatchObject({ stopped: false });
    expect(await rig.failure("api", "status")).toMatchObject({ exit: 7 });
  });

  it("does not believe the file of a server that was killed", async () => {
    const { child, info } = await serve();
    const end = ended(child);
    child.kill("SIGKILL");
    await end;
    expect((await apiFile()).pid).toBe(info.pid);
    expect(await at.rig.failure("api", "status")).toMatchObject({ exit: 7 });
    const next = await serve();
    expect(next.info.pid).not.toBe(info.pid);
  });

  it("serves once, also when many start at once over what a killed one left", async () => {
    const killed = await serve();
    killed.child.kill("SIGKILL");
    for (let round = 0; round < 3; round += 1) {
      const started = Array.from({ length: 8 }, () =>
        at.rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]),
      );
      const said = await Promise.all(
        started.map(async (child) => JSON.parse(await firstLine(child)) as Envelope<ApiInfo>),
      );
      const serving = said.flatMap((envelope) => (envelope.ok ? [envelope.data.pid] : []));
      expect(serving).toEqual([(await apiFile()).pid]);
      const codes = said.flatMap((envelope) => (envelope.ok ? [] : [envelope.error.code]));
      expect(new Set(codes)).toEqual(new Set(["API_RUNNING"]));
      const winner = started.find(({ pid }) => pid === serving[0])!;
      const end = ended(winner);
      winner.kill("SIGKILL");
      await end;
    }
  }, 60_000);

  it("takes its port from the configuration, and a flag before that", async () => {
    await writeFile(join(at.rig.dir, ".taskwerk", "config.yml"), "api:\n  port: 0\n");
    const child = at.rig.start("taskwerk", ["api", "start", "--json"]);
    expect(JSON.parse(await firstLine(child)).data.port).toBeGreaterThan(0);
  });
});

describe("a person who looks for the API", () => {
  it.skipIf(!hasTerminal())("gets a line that lists its routes, as it stands", async () => {
    const terminal = await openTerminal({ cwd: at.rig.dir, env: at.rig.env, columns: 80 });
    try {
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} api start --detach --port 0`);
      const screen = await terminal.sees("Stop it:");
      const line = /^ {2}routes {2}(.*)$/m.exec(screen)![1]!;
      expect(line).not.toContain((await apiFile()).token);
      const said = execFileSync("sh", ["-c", line], { env: at.rig.env, stdio: ["ignore", "pipe", "ignore"] });
      const { data } = JSON.parse(said.toString()) as Success<{ routes: readonly Record<string, unknown>[] }>;
      expect(data.routes.map(({ id }) => id)).toEqual([...Object.keys(ROUTES), ...Object.keys(MORE_ROUTES)]);
      expect(data.routes.find(({ id }) => id === "task.note")).toMatchObject({
        operation: "task.note",
        method: "POST",
        path: "/v1/tasks/{id}/notes",
        fields: ["id", "text", "type"],
      });
    } finally {
      await terminal.close();
    }
  });

  it("is told where the routes are, and what is wrong with a body, in words", async () => {
    await serve();
    const { url, token } = await apiFile();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const errorOf = async (path: string, body?: unknown) => {
      const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
      return ((await (await fetch(`${url}${path}`, init)).json()) as Failure).error;
    };
    for (const path of ["/", "/v1/", "/v1/openapi"]) {
      expect(await errorOf(path)).toMatchObject({ code: "ROUTE_NOT_FOUND", hint: "All routes:  GET /v1" });
    }
    expect(await errorOf("/v1/tasks", { titel: "x" })).toMatchObject({
      code: "VALIDATION_FAILED",
      message: 'there is no field "titel". Did you mean "title"?',
      field: "titel",
      candidates: ["title"],
      hint: expect.stringContaining("title, description"),
    });
    for (const [body, message] of [
      [{}, "title is missing."],
      [{ title: 5 }, "title must be a text, not 5."],
      [{ title: " " }, "title is empty."],
      [{ title: "x".repeat(9999) }, "title must be at most 500 characters long."],
      [{ title: "x", tags: "a" }, 'tags must be a list, not "a".'],
      [{ title: "x", estimate_minutes: 1.5 }, "estimate_minutes must be a whole number, not 1.5."],
      [{ title: "x", estimate_minutes: -1 }, "estimate_minutes must be at least 0."],
      [
        { title: "x", priority: "hihg" },
        'priority must be one of critical, high, medium, low, not "hihg". Did you mean "high"?',
      ],
      [{ title: "x", acceptance: [5] }, "acceptance.0 cannot be 5."],
    ] as const) {
      expect((await errorOf("/v1/tasks", body)).message).toBe(message);
    }
    const only = await errorOf("/v1/tasks:transition", { ids: ["1"], to: "done", satisfy: true });
    expect(only).toMatchObject({ code: "VALIDATION_FAILED", field: "satisfy" });
  });
});

describe("the API", () => {
  it("does what the commands do, on the same store at the same time", async () => {
    const { client } = await serve();
    const { data } = await client.call("task.add", { title: "over HTTP" });
    expect(await at.rig.data("show", data.changed[0]!.id)).toMatchObject({ title: "over HTTP", created_by: "story" });
    await at.rig.data("done", "1");
    expect((await client.call("task.show", { id: "1" })).data.status).toBe("done");
    expect((await client.call("task.list", { all: true, status: ["completed" as never] })).data).toHaveLength(1);
    await client.call("task.transition", { ids: ["1"], to: "open" as never, from: ["done"] });
    const { data: moved } = await client.call("task.update", { ids: ["1"], status: "Completed" as never });
    expect(moved).toMatchObject({ changed: [{ status: "done" }] });
    await expect(client.call("task.show", { id: "99" })).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
  });

  it("chooses tasks by the same queries as the commands", async () => {
    const { client } = await serve();
    await client.call("task.add", { title: "Retry, with backoff", tags: ["net"], priority: "high", assignee: "story" });
    await client.call("task.add", { title: "Wait", tags: ["net", "wip"] });
    const query = "tag:net,api -tag:wip (assignee:me or due:..7d)";
    const titles = async (input: { query?: string; sort?: string; tree?: boolean }) =>
      (await client.call("task.list", input)).data.map(({ title }) => title);
    expect(await titles({ query })).toEqual(["Retry, with backoff"]);
    expect(await titles({ sort: "-title" })).toEqual(["Wait", "Retry, with backoff"]);
    expect(await titles({ query: "tag:wip", tree: true })).toEqual(["Wait"]);
    expect((await client.call("task.ready", { query: "-priority:high" })).data).toHaveLength(1);
    expect((await client.call("task.search", { text: "back", query: "is:open" })).data).toHaveLength(1);
    // A NUL would end the index's expression in the middle of a word; it parts words as a blank does.
    expect((await client.call("task.search", { text: "back\0back", query: "is:open" })).data).toHaveLength(1);
    expect((await client.call("task.search", { text: '"\0back', query: "is:open" })).data).toHaveLength(1);
    expect((await client.call("task.stats", { by: "tag" })).data.groups[0]).toMatchObject({ value: "net", total: 2 });
    expect((await client.call("task.last", {})).data).toEqual({ id: "TASK-002" });
    const bulk = await client
      .call("task.update", { where: "tag:net", status: "review" as never, dry_run: true })
      .catch((error: unknown) => error);
    expect(bulk).toMatchObject({ code: "INVALID_TRANSITION" });
    await expect(client.call("task.update", { where: "tag:net", priority: "low", expect: 3 })).rejects.toMatchObject({
      code: "EXPECT_MISMATCH",
    });
    await client.call("task.update", { where: "tag:net", priority: "low", expect: 2 });
    expect((await client.call("claim.take", { as: "w", query: "tag:wip priority:low" })).data.changed[0]!.title).toBe(
      "Wait",
    );
    await expect(client.call("task.list", { query: "statsu:todo" })).rejects.toMatchObject({
      code: "INVALID_QUERY",
      candidates: ["status"],
      details: { position: 1 },
    });
  });

  it("claims, prolongs and releases", async () => {
    const { client } = await serve();
    await client.call("task.add", { title: "x" });
    const { data } = await client.call("claim.take", { as: "w" });
    await client.call("claim.heartbeat", { token: data.claim.token, lease_s: 60 });
    await client.call("claim.release", { token: data.claim.token });
    expect((await client.call("task.ready", {})).data).toHaveLength(1);
  });

  it("loses nothing acknowledged when writes beside it are rolled back", async () => {
    const { client } = await serve();
    await client.call("task.add", { title: "there", key: "taken" });
    const acknowledged: string[] = [];
    const good = async (worker: number): Promise<void> => {
      for (let n = 0; n < 40; n += 1) {
        const { data } = await client.call("task.add", { title: `good ${worker}.${n}` });
        acknowledged.push(data.changed[0]!.id);
      }
    };
    const bad = async (): Promise<void> => {
      for (let n = 0; n < 40; n += 1) {
        const duplicate = client.call("task.add", { title: "bad", key: "taken" });
        await expect(duplicate).rejects.toMatchObject({ code: "DUPLICATE_KEY" });
        const rows = [{ title: "bad" }, { title: "bad", depends_on: ["T-99"] }];
        await expect(client.call("task.import", { tasks: rows })).rejects.toMatchObject({ code: "IMPORT_INVALID" });
      }
    };
    await Promise.all([good(1), good(2), bad(), bad()]);
    const { data } = await client.call("task.list", { limit: 0 });
    const ids = new Set(data.map(({ id }) => id));
    expect(acknowledged).toHaveLength(80);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(data.filter(({ title }) => title === "bad")).toEqual([]);
  }, 60_000);

  it("applies a key once, however often it is sent", async () => {
    const { client } = await serve();
    const send = () => client.call("task.add", { title: "once" }, { idempotencyKey: "k" });
    const ids = (await Promise.all([send(), send(), send()])).map(({ data }) => data.changed[0]!.id);
    expect(new Set(ids).size).toBe(1);
    expect((await client.call("task.list", {})).data).toHaveLength(1);
  });

  it("reads while a large import is being written by another process", async () => {
    const { client } = await serve();
    await client.call("task.add", { title: "there" });
    const rows = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => ({ title: `t${n}` })));
    const importing = at.rig.run("taskwerk", ["import", "-"], { stdin: rows });
    const state = { open: true };
    const seen = new Set<number>();
    const watch = async (): Promise<void> => {
      while (state.open) {
        seen.add((await client.call("task.list", { limit: 1 })).page!.total);
        await sleep(5);
      }
    };
    const [imported] = await Promise.all([
      importing.finally(() => {
        state.open = false;
      }),
      watch(),
    ]);
    expect(imported).toMatchObject({ code: 0, stderr: "" });
    // All or nothing: no reader ever saw a part of it.
    for (const total of seen) expect([1, 20_001]).toContain(total);
  }, 60_000);
});
