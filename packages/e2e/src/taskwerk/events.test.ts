import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { taskwerkClient } from "@taskwerk/contract/client";
import type { Failure } from "@taskwerk/contract/envelope";
import type { TaskEvent } from "@taskwerk/contract/event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, firstLine, makeRig, programPath, type Rig } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";
import { openSource, type Source } from "./event-source.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(() => at.rig.remove());

/** Waits for what comes; the test's own time is the limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

async function serve() {
  const child = at.rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
  await firstLine(child);
  const { url, token } = JSON.parse(await readFile(join(at.rig.dir, ".taskwerk", "api.json"), "utf8")) as ApiFile;
  const client = taskwerkClient({ url, token, actor: "story" });
  const source = (query = "", headers = {}): Promise<Source> => openSource(url, token, query, headers);
  return { child, url, token, client, source };
}

const cursorsOf = (events: readonly TaskEvent[]): readonly number[] => events.map(({ cursor }) => cursor);
const counted = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe("a stream of events", () => {
  it("tells of what this server and other processes write, and goes on where it was cut off", async () => {
    const { client, source, child } = await serve();
    await client.call("task.add", { title: "Before" });
    const first = await source("?since=0");
    expect(first.status).toBe(200);
    expect(first.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    await until(() => first.events().length === 2);
    expect(first.frames[0]).toMatchObject({ retry: "2000", id: "0", data: null });
    expect(first.frames[1]).toMatchObject({ id: "1", event: "task.created" });
    await at.rig.data("add", "By the command line");
    await until(() => first.events().length === 4);
    expect(first.events()[2]).toMatchObject({ type: "task.created", actor: "tester", subject: "TASK-002" });
    first.close();
    await client.call("task.add", { title: "Unseen" });
    const second = await source("?since=0", { "last-event-id": first.lastId()! });
    await until(() => second.events().length === 2);
    expect(cursorsOf([...first.events(), ...second.events()])).toEqual(counted(1, 6));

    const end = ended(child);
    child.kill("SIGTERM");
    expect(await second.ended).toBe("clean");
    expect(await end).toMatchObject({ code: 0, stderr: "" });
    const again = await serve();
    await again.client.call("task.note", { id: "1", text: "x" });
    const third = await again.source("", { "last-event-id": second.lastId()! });
    await until(() => third.events().length === 1);
    expect(cursorsOf(third.events())).toEqual([7]);
    third.close();
  });

  it("begins with now when nobody says where, and leaves out other types", async () => {
    const { client, source } = await serve();
    await client.call("task.add", { title: "Before" });
    const all = await source();
    const some = await source("?type=task.note_added&type=session.*");
    await until(() => all.frames.length === 1 && some.frames.length === 1);
    await client.call("task.note", { id: "1", text: "x" });
    await client.call("task.transition", { ids: ["1"], to: "done" });
    await client.call("session.start", { session: "S" });
    await until(() => all.events().length === 3 && some.events().length === 2);
    expect(all.events().map(({ type }) => type)).toEqual(["task.note_added", "task.completed", "session.started"]);
    expect(some.frames.map(({ event }) => event)).toEqual([null, "task.note_added", "session.started"]);
    for (const one of [all, some]) one.close();
  });

  it("is for nobody without the token, and not for what it cannot be", async () => {
    const { url, source, client } = await serve();
    await client.call("task.add", { title: "A" });
    const errorOf = async (one: Source) => {
      await one.ended;
      return { status: one.status, ...(JSON.parse(one.text()) as Failure).error };
    };
    expect(await errorOf(await openSource(url, "wrong"))).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
    const evil = { origin: "http://evil.example" };
    expect(await errorOf(await source("", evil))).toMatchObject({ status: 403, code: "FORBIDDEN" });
    expect(await errorOf(await source("?type=task.exploded"))).toMatchObject({ status: 422, field: "type" });
    expect(await errorOf(await source("?limit=3"))).toMatchObject({ status: 422, field: "limit" });
    expect(await errorOf(await source("?since=99"))).toMatchObject({ status: 400, code: "INVALID_QUERY" });
    expect(await errorOf(await source("", { "last-event-id": "x" }))).toMatchObject({ field: "last-event-id" });
  });

  it("is open to 64 at once, and a place is free again when its reader has gone", async () => {
    const { client, source } = await serve();
    const open = await Promise.all(Array.from({ length: 64 }, () => source("?since=0")));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    const refused = await source();
    await refused.ended;
    expect({ status: refused.status, ...JSON.parse(refused.text()).error }).toMatchObject({
      status: 429,
      code: "RATE_LIMITED",
      retryable: true,
    });
    await client.call("task.add", { title: "A" });
    await until(() => open.every((one) => one.events().length === 2));
    open[0]!.close();
    const next = { one: await source("?since=0") };
    while (next.one.status !== 200) next.one = await source("?since=0");
    await until(() => next.one.events().length === 2);
    for (const one of [...open, next.one]) one.close();
  });

  it("waits for a reader that takes nothing, without others waiting for it, and gives it all in the end", async () => {
    const { client, source } = await serve();
    await client.call("task.add", { title: "A" });
    const slow = await source("?since=2");
    slow.response.pause();
    const quick = await source("?since=2");
    // More than the system keeps for a connection: each event has both texts.
    const operations = Array.from({ length: 50 }, (_, n) => ({
      op: "update",
      id: "1",
      description: (n % 2 ? "x" : "y").repeat(10_000),
    }));
    for (let n = 0; n < 14; n += 1) await client.call("batch", { operations });
    const all = 1 + 14 * 50;
    await until(() => quick.frames.length === all);
    expect(slow.frames.length).toBeLessThan(all);
    slow.response.resume();
    await until(() => slow.frames.length === all);
    expect(cursorsOf(slow.events())).toEqual(counted(3, all + 1));
    for (const one of [slow, quick]) one.close();
  });

  it("tells that a claim ran out when nobody does anything", async () => {
    const { client, source } = await serve();
    await client.call("task.add", { title: "A" });
    const { events, close } = await source("?type=task.claim_expired,task.ready");
    await client.call("claim.take", { id: "1", as: "w", lease_s: 1 });
    await until(() => events().length === 2);
    expect(events().map(({ type, subject, actor }) => [type, subject, actor])).toEqual([
      ["task.claim_expired", "TASK-001", "taskwerk"],
      ["task.ready", "TASK-001", "taskwerk"],
    ]);
    close();
  });
});

const linesOf = (child: ChildProcess) => {
  const seen = { text: "" };
  child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
    seen.text += chunk;
  });
  return {
    text: () => seen.text,
    events: () =>
      seen.text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as TaskEvent),
  };
};

describe("events tail", () => {
  it("prints a JSON line an event, from a cursor on, until Ctrl-C, and goes on with the next cursor", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    const child = rig.start("taskwerk", ["events", "tail", "--since", "0"]);
    const { events } = linesOf(child);
    await until(() => events().length === 2);
    await rig.data("done", "1", "--reason", "it is");
    await until(() => events().length === 3);
    child.kill("SIGINT");
    expect((await ended(child)).code).toBe(130);
    await rig.data("add", "B");
    const next = rig.start("taskwerk", ["events", "tail", "--json", "--since", String(events()[2]!.cursor)]);
    const rest = linesOf(next);
    await until(() => rest.events().length === 2);
    next.kill("SIGTERM");
    expect((await ended(next)).code).toBe(143);
    expect(cursorsOf([...events(), ...rest.events()])).toEqual(counted(1, 5));
  });

  it("prints only some types, or only some fields, and ends quietly when nobody reads", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    const words = ["events", "tail", "--since", "0", "--type", "task.*", "--type", "session.started"];
    const child = rig.start("taskwerk", [...words, "--fields", "type,subject"]);
    const { text } = linesOf(child);
    await rig.data("note", "1", "x", "--session", "S");
    await until(() => text().includes("note_added"));
    expect(text().split("\n").slice(0, -1)).toEqual([
      '{"type":"task.created","subject":"TASK-001"}',
      '{"type":"task.ready","subject":"TASK-001"}',
      '{"type":"session.started","subject":"S"}',
      '{"type":"task.note_added","subject":"TASK-001"}',
    ]);
    const end = ended(child);
    child.stdout!.destroy();
    for (let n = 0; n < 2; n += 1) await rig.data("note", "1", "to nobody");
    expect(await end).toMatchObject({ code: 0, stderr: "" });
  });

  it("refuses what it does not know before it waits", async () => {
    const { rig } = at;
    for (const [words, wrong] of [
      [["--type", "created"], { code: "VALIDATION_FAILED", candidates: ["task.created"], exit: 2 }],
      [["--since", "7"], { code: "INVALID_QUERY", exit: 2 }],
      [["--since", "soon"], { code: "USAGE", exit: 2 }],
      [["--fields", "title"], { exit: 2 }],
    ] as const)
      expect(await rig.failure("events", "tail", ...words)).toMatchObject(wrong);
    expect(await rig.failure("events", "list", "--type", "task.creatd")).toMatchObject({
      candidates: ["task.created"],
    });
    expect(await rig.data<readonly unknown[]>("events", "list", "--type", "task.created,task.ready")).toEqual([]);
  });

  it.runIf(hasTerminal())("says on a terminal in words what happens", async () => {
    const { rig } = at;
    await rig.data("add", "A");
    const terminal = await openTerminal({ cwd: rig.dir, env: rig.env, columns: 80 });
    try {
      await terminal.types(`${process.execPath} ${programPath("taskwerk")} events tail`);
      await terminal.sees("Following from cursor 2; Ctrl-C ends it.");
      await rig.data("block", "1", "--reason", "no key");
      const screen = await terminal.sees("no key");
      expect(screen).toMatch(/3 {2}\d\d:\d\d:\d\d {2}task\.blocked +TASK-001 {2}tester {2}todo -> blocked, no key/);
      await terminal.presses("C-c");
      await terminal.types("echo code=$?");
      await terminal.sees("code=130");
    } finally {
      await terminal.close();
    }
  });
});
