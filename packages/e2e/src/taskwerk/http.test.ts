/** The HTTP API as somebody meets it who has only curl and the reference. */
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

let rig: Rig;
let file: ApiFile;
beforeAll(async () => {
  rig = await makeRig();
  await rig.data("init");
  await rig.data("api", "start", "--port", "0", "--detach");
  file = JSON.parse(await readFile(join(rig.dir, ".taskwerk/api.json"), "utf8")) as ApiFile;
});
afterAll(async () => {
  await rig?.taskwerk("api", "stop");
  await rig?.remove();
});

const headers = (more: Readonly<Record<string, string>> = {}) => ({ authorization: `Bearer ${file.token}`, ...more });
const JSON_TYPE = { "content-type": "application/json" };
async function ask(method: string, path: string, body?: object, more: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`${file.url}${path}`, {
    method,
    headers: headers(body ? { ...JSON_TYPE, ...more } : more),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, etag: answer.headers.get("etag"), text, ...JSON.parse(text) };
}
const list = async (): Promise<number> => (await ask("GET", "/v1/tasks?all=true&limit=1")).page.total;

describe("one task", () => {
  it("is changed only as it was seen, with its ETag", async () => {
    const { etag, status, data } = await ask("POST", "/v1/tasks", { title: "Seen" });
    expect([status, etag]).toEqual([201, '"1"']);
    const { id } = data.changed[0];
    expect((await ask("GET", `/v1/tasks/${id}`)).etag).toBe(etag);
    const changed = await ask("PATCH", `/v1/tasks/${id}`, { priority: "high" }, { "if-match": etag! });
    expect([changed.status, changed.etag, changed.data.changed[0].priority]).toEqual([200, '"2"', "high"]);
    const late = await ask("PATCH", `/v1/tasks/${id}`, { priority: "low" }, { "if-match": etag! });
    expect([late.status, late.error.code]).toEqual([412, "REV_MISMATCH"]);
    expect((await ask("PATCH", `/v1/tasks/${id}`, { priority: "low" }, { "if-match": "*" })).status).toBe(200);
    expect((await ask("PATCH", `/v1/tasks/${id}`, { where: "is:open" })).error).toMatchObject({ field: "where" });
    expect((await ask("PATCH", `/v1/tasks/${id}`, { ids: ["2"] })).error).toMatchObject({ field: "ids" });
  });

  it("has its parts under its own address", async () => {
    const { data } = await ask("POST", "/v1/tasks", { title: "Whole", acceptance: ["It ends"] });
    const { id } = data.changed[0];
    const child = (await ask("POST", `/v1/tasks/${id}/children`, { title: "Part" })).data.changed[0];
    expect(child.parent).toBe(id);
    expect((await ask("GET", `/v1/tasks/${id}/children?fields=id`)).data).toEqual([{ id: child.id }]);
    await ask("POST", `/v1/tasks/${id}/notes`, { text: "seen" });
    expect((await ask("GET", `/v1/tasks/${id}/notes?fields=text`)).data).toEqual([{ text: "seen" }]);
    expect((await ask("GET", `/v1/tasks/${id}/criteria`)).data).toMatchObject([{ n: 1, text: "It ends" }]);
    await ask("POST", `/v1/tasks/${id}/links`, { add: [{ type: "commit", target: "3f9c2d1" }] });
    expect((await ask("GET", `/v1/tasks/${id}/links`)).data).toEqual([{ type: "commit", target: "3f9c2d1" }]);
    const other = (await ask("POST", "/v1/tasks", { title: "After", depends_on: [id] })).data.changed[0].id;
    expect((await ask("GET", `/v1/tasks/${id}/deps`)).data).toEqual([{ id: other, direction: "blocks", task: id }]);
    const { edges } = (await ask("GET", "/v1/graph")).data;
    expect(edges).toContainEqual({ from: id, to: other });
    expect((await ask("POST", `/v1/tasks/${child.id}/transition`, { to: "done" })).data.changed[0].status).toBe("done");
    expect((await ask("DELETE", `/v1/tasks/${id}`)).error.code).toBe("HIERARCHY_CONFLICT");
    expect((await ask("DELETE", `/v1/tasks/${id}`, { cascade: true })).error.code).toBe("USAGE");
    expect((await ask("DELETE", `/v1/tasks/${id}?cascade=true`)).status).toBe(200);
    expect((await ask("GET", `/v1/tasks/nonsense-77/notes`)).error.code).toBe("TASK_NOT_FOUND");
  });

  it("claims stay claims whatever brackets the query has", async () => {
    await ask("POST", "/v1/tasks", { title: "Nobody's" });
    const { status, error } = await ask("GET", "/v1/claims?query=status:todo)+or+(status:todo");
    expect([status, error?.code]).toEqual([400, "INVALID_QUERY"]);
  });

  it("may be claimed, and claims are listed by their end", async () => {
    const { id } = (await ask("POST", "/v1/tasks", { title: "Mine", tags: ["c"] })).data.changed[0];
    await ask("POST", "/v1/claims", { id, as: "ann" });
    const { data, kind, page } = await ask("GET", "/v1/claims?query=tag:c&fields=id,claim.by");
    expect([kind, page, data]).toEqual(["claim.list", undefined, [{ id, "claim.by": "ann" }]]);
    expect((await ask("GET", "/v1/tags")).data).toMatchObject([{ tag: "c", open: 1 }]);
  });
});

describe("the same call again", () => {
  it.each([
    ["POST", "/v1/tasks", { title: "Once" }],
    ["POST", "/v1/tasks:import", { tasks: [{ title: "Once imported" }] }],
    ["POST", "/v1/batch", { operations: [{ op: "add", title: "Once in a batch" }] }],
    ["PATCH", "/v1/tasks/1", { description: "once" }],
    ["POST", "/v1/tasks/1/notes", { text: "once" }],
    ["POST", "/v1/sessions", { session: "once" }],
  ] as const)("with its key is answered with the same bytes: %s %s", async (method, path, body) => {
    const key = { "idempotency-key": `${method} ${path}`, "x-taskwerk-session": "s-1" };
    const first = await ask(method, path, body, key);
    await sleep(5);
    const second = await ask(method, path, body, { ...key, "x-taskwerk-session": "s-2" });
    expect([second.status, second.text, second.etag]).toEqual([first.status, first.text, first.etag]);
    const other = await ask("POST", "/v1/tasks", { title: "Another" }, key);
    expect([other.status, other.error.code]).toEqual([409, "IDEMPOTENCY_MISMATCH"]);
  });
});

/** What an import answers, one way or the other. */
interface Sent {
  readonly data: { readonly created: number; readonly format: string | null };
  readonly error: {
    readonly code: string;
    readonly details: { readonly total: number; readonly problems: readonly unknown[] };
  };
}

describe("documents of tasks", () => {
  const send = (type: string, path: string, body: string) =>
    fetch(`${file.url}${path}`, { method: "POST", headers: headers({ "content-type": type }), body }).then(
      async (answer) => ({ status: answer.status, ...((await answer.json()) as Sent) }),
    );

  it("come in as NDJSON, all or none, with every bad line told", async () => {
    const before = await list();
    const bad = await send("application/x-ndjson", "/v1/tasks:import", '{"title":"a"}\n{"title":\n{"titel":"b"}\n{');
    expect([bad.status, bad.error.details.total]).toEqual([422, 2]);
    const row = await send("application/x-ndjson", "/v1/tasks:import", '{"title":"a"}\n\n{"titel":"b"}');
    expect(row.error.details.problems).toMatchObject([{ where: "line 3" }, { where: "line 3" }]);
    expect(await list()).toBe(before);
    const good = await send(
      "application/x-ndjson; charset=utf-8",
      "/v1/tasks:import?dry_run=true",
      '{"title":"a"}\r\n',
    );
    expect(good.data).toMatchObject({ created: 1, format: "ndjson" });
    expect(await list()).toBe(before);
  });

  it.each([
    ["text/csv", "", "title,tags\nOf a table,x\n", "csv"],
    ["text/markdown", "", "- [ ] Of a list\n", "md"],
    ["application/yaml", "", "- title: Of yaml\n", "yaml"],
    ["application/json", "?format=json", '{"tasks":[{"title":"Of a file"}]}', "json"],
    ["application/json", "?format=auto", '[{"title":"Of any"}]', "json"],
    ["application/json", "", '[{"title":"Of a list of JSON"}]', null],
  ])("come in as %s%s", async (type, query, body, format) => {
    const { status, data } = await send(type, `/v1/tasks:import${query}`, body);
    expect([status, data.created, data.format]).toEqual([201, 1, format]);
  });

  it.each([
    ["text/plain", "", "x", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["application/x-ndjson", "?format=nope", "{}", 422, "VALIDATION_FAILED"],
    ["application/x-ndjson", "?colour=red", "{}", 422, "VALIDATION_FAILED"],
    ["application/x-ndjson", "", "\n\n", 422, "IMPORT_INVALID"],
    ["application/x-ndjson", "", '{"title":"\u0000\xff"}'.slice(0, 10), 422, "IMPORT_INVALID"],
  ])("are refused as %s%s", async (type, query, body, status, code) => {
    const answer = await send(type, `/v1/tasks:import${query}`, body);
    expect([answer.status, answer.error.code]).toEqual([status, code]);
  });

  it("come in by ten thousand rows, and go out again as they came", async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => JSON.stringify({ title: `Row ${n}`, tags: ["many"] }));
    const { data } = await send("application/x-ndjson", "/v1/tasks:import", lines.join("\n"));
    expect(data.created).toBe(10_000);
    const out = await fetch(`${file.url}/v1/export?format=ndjson&query=tag:many`, { headers: headers() });
    expect(out.headers.get("x-taskwerk-total")).toBe("10000");
    const text = await out.text();
    expect(text.trimEnd().split("\n")).toHaveLength(10_000);
    const csv = await (await fetch(`${file.url}/v1/export?format=csv&query=tag:many`, { headers: headers() })).text();
    expect(csv.trimEnd().split("\n")).toHaveLength(10_001);
  }, 120_000);

  it("are not imported when whoever sends them hangs up, and the server goes on", async () => {
    const before = await list();
    const path = "/v1/tasks:import";
    const sending = request(`${file.url}${path}`, {
      method: "POST",
      headers: headers({ "content-type": "application/x-ndjson", "transfer-encoding": "chunked" }),
    });
    sending.on("error", () => undefined);
    for (let n = 0; n < 1_000; n += 1) sending.write(`{"title":"Never whole ${n}"}\n`);
    await sleep(200);
    sending.destroy();
    await sleep(200);
    expect(await list()).toBe(before);
  });

  it("stop when whoever reads them goes away; others may read then", async () => {
    for (let n = 0; n < 12; n += 1) {
      const stop = new AbortController();
      const out = await fetch(`${file.url}/v1/export?format=json`, { headers: headers(), signal: stop.signal });
      expect(out.status).toBe(200);
      stop.abort();
      await sleep(50);
    }
    const whole = await fetch(`${file.url}/v1/export?format=json`, { headers: headers() });
    expect(JSON.parse(await whole.text()).format).toBe("taskwerk");
    const head = await fetch(`${file.url}/v1/export?format=csv`, { method: "HEAD", headers: headers() });
    expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  }, 60_000);

  it.each([
    ["?format=nope", "VALIDATION_FAILED"],
    ["?format=json&limit=3", "VALIDATION_FAILED"],
    ["?format=json&query=(", "INVALID_QUERY"],
  ])("are refused as an error: %s", async (query, code) => {
    expect((await ask("GET", `/v1/export${query}`)).error.code).toBe(code);
  });
});

describe("what it says of itself", () => {
  it("is there, and has a schema for each kind of answer", async () => {
    expect((await ask("GET", "/v1/health")).data).toEqual({ status: "ok", api: 1 });
    const kinds = (await ask("GET", "/v1/schema")).data.map(({ kind }: { kind: string }) => kind);
    for (const kind of ["task.list", "graph.show", "error"]) expect(kinds).toContain(kind);
    expect((await ask("GET", "/v1/schema/task.list")).data.$id).toBe("urn:taskwerk:v1:task.list");
    expect((await ask("GET", "/v1/schema/task.serch")).error.candidates).toEqual(["task.search"]);
    expect((await ask("GET", "/v1/openapi.json")).openapi).toBe("3.1.0");
  });
});
