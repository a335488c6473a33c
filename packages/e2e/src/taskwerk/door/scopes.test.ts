import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { taskwerkClient } from "@taskwerk/contract/client";
import type { Envelope } from "@taskwerk/contract/envelope";
import { MORE_ROUTES, type MoreRoute } from "@taskwerk/contract/more-routes";
import { type OperationName, ROUTES, type Route } from "@taskwerk/contract/routes";
import { DESCRIPTIONS, ROTATE, SCOPES } from "@taskwerk/contract/scopes";
import type { Task } from "@taskwerk/contract/task";
import { type ApiToken, type NewToken, parseBearer } from "@taskwerk/contract/token";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openSource } from "../event-source.ts";
import { filesWith, openStage, type Stage, serveStage } from "./stage.ts";

// Dozens of processes, one after the other, on a machine that may have other work.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = { stage: undefined as unknown as Stage };
beforeAll(async () => {
  at.stage = await openStage();
});
afterAll(() => at.stage.close());

const make = (...args: readonly string[]) => at.stage.rig.data<NewToken>("api", "token", ...args);
const apiFile = async (): Promise<ApiFile> =>
  JSON.parse(await readFile(join(at.stage.rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;

/** What a call comes to: the status and the error's code. */
async function call(token: string, method: string, path: string, body: unknown = {}) {
  const answer = await fetch(`${at.stage.file.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-taskwerk-actor": "someone" },
    ...(method === "GET" || method === "HEAD" ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const envelope = (text === "" ? null : JSON.parse(text)) as Envelope<never> | null;
  const error = envelope && !envelope.ok ? envelope.error : null;
  return { status: answer.status, code: error?.code ?? null, message: error?.message ?? "", envelope };
}
const pathOf = (path: string, id: string, token = "x"): string =>
  path
    .replace("{id}", id)
    .replace("{token}", token)
    .replace(/\{\w+\}/g, "x");
const REFUSED = new Set(["FORBIDDEN", "UNAUTHORIZED"]);

describe("what a token may do", () => {
  const scopes = { owner: "", read: "", task: "", uid: "" };
  beforeAll(async () => {
    scopes.owner = (await make("--scope", "owner", "--name", "laptop")).token;
    scopes.read = (await make("--scope", "read")).token;
    scopes.task = (await make("--scope", "task:1", "--name", "claude")).token;
    scopes.uid = (await at.stage.rig.data<Task>("show", "1")).uid;
  });

  it.each(["owner", "read", "task"] as const)("%s: every route, and no other than the table says", async (scope) => {
    const wrong: string[] = [];
    const routes = [
      ...Object.entries<Route>(ROUTES).map(([name, route]) => ({ ...route, name, operation: name as OperationName })),
      ...Object.entries<MoreRoute>(MORE_ROUTES).map(([name, route]) => ({ ...route, name })),
    ];
    for (const { name, operation, method, path } of routes) {
      const { code } = await call(scopes[scope], method, pathOf(path, "TASK-001", `${scopes.uid}.1`));
      const may = scope === "owner" || SCOPES[operation].includes(scope);
      if (REFUSED.has(code ?? "") === may) wrong.push(`${name}: ${code}`);
    }
    expect(wrong).toEqual([]);
  });

  it("no scope but the owner's writes, but for notes and heartbeats of one's own task", () => {
    const writing = Object.entries(SCOPES).filter(
      ([name, who]) => who.length > 0 && ROUTES[name as OperationName].writes,
    );
    expect(Object.fromEntries(writing)).toEqual({ "task.note": ["task"], "claim.heartbeat": ["task"] });
  });

  it("what no route is known for is the owner's alone, and so is the server's own token", async () => {
    for (const token of [scopes.read, scopes.task]) {
      for (const [method, path] of [
        ["GET", "/no/such"],
        ["DELETE", "/v1/tasks/1"],
        ["POST", "/v1"],
        [ROTATE.method, ROTATE.path],
      ] as const) {
        expect(await call(token, method, path), path).toMatchObject({ status: 403, code: "FORBIDDEN" });
      }
      for (const { method, path } of DESCRIPTIONS) {
        expect((await call(token, method, pathOf(path, "1"))).status, path).not.toBe(403);
      }
    }
    expect(await call(scopes.owner, "GET", "/no/such")).toMatchObject({ code: "ROUTE_NOT_FOUND" });
  });

  it("a task's token reads, notes and beats for its task, in whichever way that is named, and speaks as itself", async () => {
    const { rig } = at.stage;
    const { uid } = await rig.data<Task>("show", "1");
    for (const id of ["1", "TASK-1", "task-001", uid, uid.slice(-8)]) {
      for (const path of [`/v1/tasks/${id}`, `/v1/tasks/${id}/context`, `/v1/tasks/${id}/why`]) {
        expect((await call(scopes.task, "GET", path)).status, path).toBe(200);
      }
      expect((await call(scopes.task, "HEAD", `/v1/tasks/${id}`)).status).toBe(200);
    }
    const noted = await call(scopes.task, "POST", "/v1/tasks/1/notes", { text: "half done" });
    expect(noted.envelope).toMatchObject({ ok: true, data: { by: "claude" } });
    const { claim } = await rig.data<{ claim: { token: string } }>("claim", "1", "--as", "claude");
    expect((await call(scopes.task, "POST", `/v1/claims/${claim.token}/heartbeat`)).status).toBe(200);
    await rig.data("release", "1", "--claim", claim.token);
  });

  it("a task's token does not use up the keys of others", async () => {
    const keyed = async (token: string, path: string, body: object): Promise<number> => {
      const headers = {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": "plan-1",
      };
      return (await fetch(`${at.stage.file.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) }))
        .status;
    };
    expect(await keyed(scopes.task, "/v1/tasks/1/notes", { text: "mine" })).toBe(201);
    expect(await keyed(at.stage.file.token, "/v1/tasks", { title: "Planned" })).toBe(201);
    expect(await keyed(scopes.task, "/v1/tasks/1/notes", { text: "mine" })).toBe(201);
    expect(await keyed(scopes.task, "/v1/tasks/1/notes", { text: "other" })).toBe(409);
  });

  it("of another task it may nothing, and does not learn whether there is one", async () => {
    const { rig } = at.stage;
    const { uid } = await rig.data<Task>("show", "2");
    for (const id of ["2", "TASK-002", uid, "99", "nonsense", "..", "1%2F..%2F2", "1,2"]) {
      for (const [method, path] of [
        ["GET", `/v1/tasks/${id}/context`],
        ["POST", `/v1/tasks/${id}/notes`],
      ] as const) {
        const { status, message } = await call(scopes.task, method, path, { text: "x" });
        if (id === "..") continue;
        expect(status, path).toBe(403);
        expect(message).toContain("scope task");
      }
    }
    expect((await call(scopes.task, "POST", `/v1/claims/${uid}.1/heartbeat`)).code).toBe("FORBIDDEN");
    // What stands in the body does not count for the path.
    expect((await call(scopes.task, "POST", "/v1/tasks/1/notes", { id: "2", text: "x" })).status).toBe(422);
    expect((await rig.data<{ notes: readonly unknown[] }>("show", "2")).notes).toEqual([]);
  });

  it("is over when it is revoked or has run out, from the next request on, and says which", async () => {
    const { rig } = at.stage;
    const short = await make("--scope", "read", "--expires", "1s");
    const long = await make("--scope", "read", "--expires", "8h");
    expect((await call(long.token, "GET", "/v1/status")).status).toBe(200);
    const [ended] = await rig.data<readonly ApiToken[]>("api", "token", "revoke", long.id);
    expect(ended).toMatchObject({ id: long.id, state: "revoked", revoked_by: "tester" });
    const revoked = await call(long.token, "GET", "/v1/status");
    expect(revoked).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
    expect(revoked.message).toContain("revoked");
    await sleep(1_100);
    expect((await call(short.token, "GET", "/v1/status")).message).toContain("ran out");
    const wrong = `${long.token.slice(0, -1)}${long.token.endsWith("A") ? "B" : "A"}`;
    expect((await call(wrong, "GET", "/v1/status")).message).toBe("a bearer token is needed");
    const live = await rig.data<readonly ApiToken[]>("api", "token", "list");
    expect(live.map(({ id }) => id)).not.toContain(short.id);
    const all = await rig.data<readonly ApiToken[]>("api", "token", "list", "--all");
    expect(all.find(({ id }) => id === short.id)).toMatchObject({ state: "expired" });
    expect(await rig.failure("api", "token", "revoke", "0000000000")).toMatchObject({
      code: "TOKEN_NOT_FOUND",
      exit: 3,
    });
  });

  it("may only read: then it hears events until it is over, and no call waits for a stream", async () => {
    const { rig, file } = at.stage;
    const { token, id } = await make("--scope", "read");
    expect((await openSource(file.url, scopes.task)).status).toBe(403);
    const [ending, staying] = [await openSource(file.url, token), await openSource(file.url, scopes.read)];
    await rig.data("note", "1", "heard");
    await vi.waitFor(() => expect(ending.events().map(({ type }) => type)).toEqual(["task.note_added"]), 30_000);
    await rig.data("api", "token", "revoke", id);
    await ending.ended;
    await rig.data("note", "1", "not heard by all");
    await vi.waitFor(() => expect(staying.events()).toHaveLength(2), 30_000);
    expect(ending.events()).toHaveLength(1);
    staying.close();
  });

  it("outlives the server, and the store holds none that could be used", async () => {
    const { rig } = at.stage;
    const dir = join(rig.dir, ".taskwerk");
    for (const token of [scopes.owner, scopes.read, scopes.task]) {
      expect(await filesWith(rig.dir, parseBearer(token)!.secret, [])).toEqual([]);
    }
    await rig.data("api", "stop");
    at.stage = await serveStage(rig, []);
    expect((await call(scopes.read, "GET", "/v1/status")).status).toBe(200);
    expect((await stat(join(dir, "api.json"))).mode & 0o777).toBe(0o600);
  });
});

describe("api token", () => {
  it("prints the owner's, and nothing else does", async () => {
    const { rig } = at.stage;
    const { token } = await apiFile();
    expect(await rig.taskwerk("api", "token")).toEqual({ code: 0, stdout: `${token}\n`, stderr: "" });
    for (const line of [
      ["api", "status"],
      ["api", "status", "--json"],
      ["api", "token", "list"],
      ["status"],
      ["where"],
    ]) {
      expect((await rig.taskwerk(...line)).stdout).not.toContain(token);
    }
  });

  it("--rotate: the running server takes the new one at once, and no longer the old one", async () => {
    const { rig } = at.stage;
    const old = await apiFile();
    const { token } = await rig.data<{ token: string }>("api", "token", "--rotate");
    const file = await apiFile();
    expect(file).toEqual({ ...old, token });
    expect(token).not.toBe(old.token);
    expect((await stat(join(rig.dir, ".taskwerk", "api.json"))).mode & 0o777).toBe(0o600);
    expect((await call(old.token, "GET", "/v1/status")).status).toBe(401);
    expect((await call(token, "GET", "/v1/status")).status).toBe(200);
  });

  it("--rotate from many at once leaves one that works, in a file that is whole", async () => {
    const { rig } = at.stage;
    const { token, url } = await apiFile();
    const rotate = () => call(token, ROTATE.method, ROTATE.path);
    const all = await Promise.all([rotate(), rotate(), rotate(), rotate()]);
    expect(all.map(({ status }) => status).filter((status) => status === 200)).not.toEqual([]);
    const client = taskwerkClient({ url, token: (await apiFile()).token });
    expect((await client.call("store.status", {})).ok).toBe(true);
    expect(JSON.stringify(all)).not.toContain((await apiFile()).token);
    await rig.data("api", "status");
  });

  it.each([
    [["--scope", "everything"], "USAGE"],
    [["--scope", "read:1"], "USAGE"],
    [["--scope", "task:99"], "TASK_NOT_FOUND"],
    [["--scope", "read", "--expires", "soon"], "VALIDATION_FAILED"],
    [["--scope", "read", "--name", "a\nb"], "VALIDATION_FAILED"],
    [["--scope", "read", "--rotate"], "USAGE"],
    [["--scope", "read", "--readonly"], "READ_ONLY"],
    [["--scope", "read", "--idempotency-key", "k"], "USAGE"],
    [["--expires", "8h"], "USAGE"],
    [["lst"], "USAGE"],
    [["revoke"], "USAGE"],
  ])("%j is %s", async (words, code) => {
    expect(await at.stage.rig.failure("api", "token", ...words)).toMatchObject({ code });
  });

  it("without a server there is no owner's token; others can be made all the same", async () => {
    const { rig } = at.stage;
    await rig.data("api", "stop");
    expect(await rig.failure("api", "token")).toMatchObject({ code: "TASKWERK_UNREACHABLE", exit: 7 });
    expect(await rig.failure("api", "token", "--rotate")).toMatchObject({ code: "TASKWERK_UNREACHABLE" });
    expect((await make("--scope", "read")).token).toMatch(/^twk_/);
  });
});

describe("api.hosts", () => {
  it("lets the server be called by a name, from the user's own file and no other", async () => {
    const { rig } = at.stage;
    expect(await rig.failure("config", "set", "api.hosts", "tasks.example.org")).toMatchObject({
      code: "CONFIG_INVALID",
    });
    await rig.data("config", "set", "--user", "api.hosts", "tasks.example.org");
    at.stage = await serveStage(rig, []);
    const { url, token, port } = at.stage.file;
    const { sendRaw, requestOf } = await import("./raw-http.ts");
    const asked = async (host: string) =>
      (await sendRaw(port, requestOf("GET /v1/status HTTP/1.1", [`Host: ${host}`, `Authorization: Bearer ${token}`])))
        .status;
    expect(await asked("tasks.example.org")).toBe(200);
    expect(await asked("tasks.example.org.evil.example")).toBe(403);
    expect(await asked("evil.tasks.example.org")).toBe(403);
    expect(url).toContain("127.0.0.1");
    await rig.data("api", "stop");
    await rig.data("config", "unset", "--user", "api.hosts");
    // A repository that brings its own configuration opens no door.
    await writeFile(join(rig.dir, ".taskwerk", "config.yml"), "api:\n  hosts: [evil.example]\n");
    expect(await rig.failure("api", "start", "--port", "0")).toMatchObject({
      code: "CONFIG_INVALID",
      field: "api.hosts",
    });
    await writeFile(join(rig.dir, ".taskwerk", "config.yml"), "");
    await rig.data("config", "set", "--user", "api.hosts", "*.example.org");
    expect(await rig.failure("api", "start", "--port", "0")).toMatchObject({ code: "CONFIG_INVALID" });
  });
});
