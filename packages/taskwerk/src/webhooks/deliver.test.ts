import { WerkError } from "@taskwerk/contract/errors";
import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BODY_MOST } from "./body-of.ts";
import { deliver } from "./deliver.ts";
import { AT_ONCE } from "./flight.ts";
import { JITTER, MOST_ATTEMPTS, RETRY_MS } from "./schedule.ts";
import { type Hooks, openHooks } from "./test-hooks.ts";
import { openReceiver, type Received, type Receiver, status } from "./test-receiver.ts";

let hooks: Hooks;
let receiver: Receiver;
const opened: Receiver[] = [];

beforeEach(async () => {
  hooks = await openHooks();
  receiver = await another();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await hooks.close();
});

async function another(...how: Parameters<typeof openReceiver>): Promise<Receiver> {
  const one = await openReceiver(...how);
  opened.push(one);
  return one;
}

/** What the reference library makes of it at the moment of the attempt: the body, or it throws. */
function verified({ headers, text }: Received, secret: string): unknown {
  vi.useFakeTimers({ toFake: ["Date"], now: Number(headers["webhook-timestamp"]) * 1000 });
  try {
    return new Verifier(secret).verify(text, headers as Record<string, string>);
  } finally {
    vi.useRealTimers();
  }
}

const deliveries = async () => (await hooks.rig.call("webhook.deliveries", { limit: 0 })).data;

describe("what is sent", () => {
  it("is every event, once, in a body that tells the task as the event left it", async () => {
    await hooks.add(receiver.url, { events: [] });
    const id = await hooks.rig.add("Fix login", { tags: ["api"], priority: "high" });
    await hooks.rig.call("task.transition", { ids: [id], to: "done" });
    expect(await hooks.run()).toEqual({ delivered: 3, failed: 0, dead: 0, pending: 0, next_at: null });
    expect(await hooks.run()).toMatchObject({ delivered: 0 });
    expect(receiver.received.map(({ body }) => [body.seq, body.type, body.task?.status, body.task?.title])).toEqual([
      [1, "task.created", "todo", "Fix login"],
      [2, "task.ready", "todo", "Fix login"],
      [3, "task.completed", "done", "Fix login"],
    ]);
    const [{ body, headers }] = receiver.received as [Received];
    const { data: events } = await hooks.rig.call("event.list", { limit: 1 });
    expect(body).toEqual({
      ...events[0],
      timestamp: events[0]!.time,
      webhook: "w1",
      seq: 1,
      task: {
        id,
        uid: expect.any(String),
        title: "Fix login",
        status: "todo",
        priority: "high",
        assignee: null,
        parent: null,
        tags: ["api"],
        rev: expect.any(Number),
      },
    });
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "user-agent": "taskwerk/1.2.3",
      "webhook-timestamp": String(hooks.rig.now().getTime() / 1000),
    });
  });

  it("is accepted by the reference library, by no other secret, and after a rotation by both for a while", async () => {
    const { secret } = await hooks.add(receiver.url);
    await hooks.rig.add("One");
    await hooks.run();
    const { data: rotated } = await hooks.rig.call("webhook.rotate", { id: "w1", keep_seconds: 60 });
    await hooks.rig.add("Two");
    await hooks.run();
    hooks.rig.pass(3_600_000);
    await hooks.rig.add("Three");
    const [one, two] = receiver.received as [Received, Received];
    expect(verified(one, secret)).toEqual(one.body);
    expect(() => verified(one, rotated.secret)).toThrow();
    expect(two.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    for (const known of [secret, rotated.secret]) expect(verified(two, known)).toEqual(two.body);
    expect(() => verified({ ...two, text: `${two.text} ` }, secret)).toThrow();
    expect(() => verified({ ...two, headers: { ...two.headers, "webhook-id": one.id } }, secret)).toThrow();
    await hooks.run();
    expect(receiver.received[2]!.headers["webhook-signature"]).toMatch(/^v1,\S+$/);
  });

  it("fits into 20 kB, says what was cut, and where all of it is", async () => {
    await hooks.add(receiver.url);
    const id = await hooks.rig.add("A".repeat(500), {
      tags: Array.from({ length: 90 }, (_, n) => `${n}`.padEnd(60, "ä")),
    });
    await hooks.rig.call("task.note", { id, text: `${"x".repeat(999)}😀${"ä".repeat(300_000)}` });
    await hooks.run();
    const [, note] = receiver.received as [Received, Received];
    for (const { text } of receiver.received) expect(Buffer.byteLength(text)).toBeLessThan(BODY_MOST);
    expect(note.body.cut).toEqual({
      fields: ["after.text"],
      whole: `/v1/events?since=${note.body.cursor - 1}&limit=1`,
    });
    expect(note.body.data).toMatchObject({ before: null, after: { text: "x".repeat(999) } });
    const since = note.body.cursor - 1;
    const { data } = await hooks.rig.call("event.list", { since, limit: 1 });
    const whole = data[0]!.data.after as { readonly text: string };
    expect(whole.text.length).toBeGreaterThan(9_000);
  });

  it("is nothing of what was taken back, tried out or refused", async () => {
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const failing = hooks.rig.call("batch", {
      operations: [
        { op: "add", title: "Two" },
        { op: "note", id: "TASK-99", text: "no" },
      ],
    });
    await expect(failing).rejects.toThrow();
    await hooks.rig.call("task.import", { tasks: [{ title: "Three" }], dry_run: true });
    await expect(hooks.rig.call("task.add", { title: "" })).rejects.toThrow();
    expect(await deliveries()).toHaveLength(1);
    await hooks.run();
    expect(receiver.received.map(({ body }) => body.task?.title)).toEqual(["One"]);
  });

  it("tells what an undo does", async () => {
    await hooks.rig.add("One");
    await hooks.add(receiver.url);
    await hooks.rig.call("op.undo", { op: "last" });
    await hooks.run();
    expect(receiver.received.map(({ body }) => [body.type, body.subject])).toEqual([["task.deleted", "TASK-001"]]);
  });

  it("is nothing from before the webhook, and nothing once it is gone", async () => {
    await hooks.rig.add("Before");
    await hooks.add(receiver.url);
    await hooks.rig.add("While");
    await hooks.rig.call("webhook.rm", { id: "w1" });
    await hooks.run();
    expect(receiver.received).toEqual([]);
    // Its name is not given to another one.
    expect((await hooks.add(receiver.url)).id).toBe("w2");
  });

  it("says nothing of a task that was purged meanwhile", async () => {
    const id = await hooks.rig.add("Secret plan");
    await hooks.add(receiver.url);
    await hooks.rig.call("task.note", { id, text: "Secret plan, too" });
    await hooks.rig.call("task.delete", { ids: [id] });
    await hooks.rig.call("task.purge", { confirm: true });
    await hooks.run();
    expect(receiver.received.length).toBeGreaterThan(2);
    expect(receiver.received.map(({ text }) => text).join()).not.toContain("Secret plan");
  });
});

describe("which events", () => {
  it("are those of the types and of tasks that fit the query after the change", async () => {
    await hooks.add(receiver.url, { events: ["task.completed"], where: "tag:api priority:high.." });
    for (const [title, tags, priority] of [
      ["yes", ["api"], "critical"],
      ["low", ["api"], "low"],
      ["untagged", [], "high"],
    ] as const) {
      const id = await hooks.rig.add(title, { tags: [...tags], priority });
      await hooks.rig.call("task.transition", { ids: [id], to: "done" });
    }
    await hooks.run();
    expect(receiver.received.map(({ body }) => body.task?.title)).toEqual(["yes"]);
  });

  it("a beginning stands for all that begin so; a query for tasks leaves out what is of none", async () => {
    const all = await another();
    await hooks.add(receiver.url, { events: ["session.*"] });
    await hooks.add(all.url, { where: "is:open" });
    await hooks.rig.call("task.add", { title: "One" }, { session: "TASK-001" });
    await hooks.rig.call("session.end", { session: "TASK-001" });
    await hooks.run();
    expect(receiver.received.map(({ body }) => body.type)).toEqual(["session.started", "session.ended"]);
    expect(all.received.map(({ body }) => body.type)).toEqual(["task.created"]);
  });

  it.each([
    [{ events: ["task.complete"] }, "VALIDATION_FAILED", "task.completed"],
    [{ events: ["created"] }, "VALIDATION_FAILED", "task.created"],
    [{ events: ["tsak.*"] }, "VALIDATION_FAILED", "task.*"],
    [{ where: "tagg:api" }, "INVALID_QUERY", "tag"],
    [{ where: "priority:hihg.." }, "INVALID_QUERY", "high"],
  ])("%j is refused with what was meant", async (more, code, candidate) => {
    await expect(hooks.add(receiver.url, more)).rejects.toMatchObject({ code, candidates: [candidate] });
    expect((await hooks.rig.call("webhook.list", {})).data).toEqual([]);
  });

  it("a query about a task that is purged since fits nothing, and fails no change", async () => {
    const top = await hooks.rig.add("Top");
    await hooks.add(receiver.url, { where: `under:${top}` });
    await hooks.rig.add("Below", { parent: top });
    await hooks.rig.call("task.delete", { ids: [top], cascade: true });
    await hooks.rig.call("task.purge", { confirm: true });
    await hooks.rig.add("Elsewhere");
    await hooks.run();
    expect(receiver.received.map(({ body }) => body.subject)).not.toContain("TASK-002");
  });

  it("a query that means something no more fits nothing, and fails no change", async () => {
    await hooks.add(receiver.url, { where: "due:now..2027-03-05" });
    const named = await hooks.rig.add("Top");
    const { uid } = (await hooks.rig.call("task.show", { id: named })).data;
    await hooks.add(receiver.url, { where: `under:${uid.slice(-6)}` });
    const twin = await hooks.rig.add("Its uid ends so too");
    await hooks.rig.store.write((tx) =>
      tx.run("update tasks set uid = substr(uid, 1, 20) || ? where id = ?", [uid.slice(-6), twin]),
    );
    // The range ends before it begins now.
    hooks.rig.pass(10 * 86_400_000);
    await hooks.rig.add("Later", { due_at: "2027-03-04" });
    expect((await hooks.run()).delivered).toBe(0);
  });

  it("that an older program put into the outbox get their numbers, and are held against the query", async () => {
    await hooks.add(receiver.url, { where: "tag:api" });
    await hooks.rig.add("One", { tags: ["api"] });
    await hooks.rig.add("Two");
    await hooks.rig.add("Three", { tags: ["api"] });
    // As schema 1.1 writes them: for the types, without a number.
    await hooks.rig.store.write(async (tx) => {
      await tx.run("delete from deliveries");
      await tx.run("update webhooks set last_seq = 0");
      await tx.run(
        "insert into deliveries (webhook, event, next_at) select 'w1', cursor, '2027' from events where type = 'task.created'",
        [],
      );
    });
    await hooks.run();
    expect(receiver.received.map(({ body }) => [body.seq, body.subject])).toEqual([
      [1, "TASK-001"],
      [2, "TASK-003"],
    ]);
  });
});

describe("what does not arrive", () => {
  /** Attempts until nothing is due any more within four days, by the clock: after how much time each was made. */
  async function attemptTimes(random: () => number): Promise<readonly number[]> {
    const times: number[] = [];
    const began = hooks.rig.now().getTime();
    for (let n = 0; n < 20; n += 1) {
      const { next_at } = await hooks.run({ random });
      times.push(hooks.rig.now().getTime() - began);
      if (next_at === null) break;
      hooks.rig.pass(Date.parse(next_at) - hooks.rig.now().getTime() - 1);
      const before = receiver.received.length;
      await hooks.run({ random });
      expect(receiver.received.length).toBe(before);
      hooks.rig.pass(1);
    }
    return times;
  }

  it.each([
    ["at the middle of the jitter", 0.5, 1],
    ["at its beginning", 0, 1 - JITTER],
    ["at its end", 1, 1 + JITTER],
  ])("is tried ten times by the schedule, %s, with one id, and then given up", async (_, random, factor) => {
    receiver.answer(status(500));
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const times = await attemptTimes(() => random);
    const gaps = times.slice(1).map((time, n) => time - times[n]!);
    expect(gaps).toEqual(RETRY_MS.map((ms) => Math.round(ms * factor)));
    expect(receiver.received).toHaveLength(MOST_ATTEMPTS);
    expect(new Set(receiver.received.map(({ id, text }) => `${id}${text}`)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(MOST_ATTEMPTS);
    expect(await deliveries()).toMatchObject([
      { state: "dead", attempts: MOST_ATTEMPTS, last_status: 500, last_error: "it answered 500", next_at: null },
    ]);
    expect(await hooks.webhook("w1")).toMatchObject({ dead: 1, pending: 0, active: true });
  });

  it("is sent once more when somebody says so, under the id it had", async () => {
    receiver.answer(status(500));
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    await attemptTimes(() => 0.5);
    receiver.answer(status(200));
    expect((await hooks.rig.call("webhook.replay", { failed: true })).data).toEqual({ replayed: 1 });
    expect(await hooks.run()).toMatchObject({ delivered: 1 });
    expect((await hooks.rig.call("webhook.replay", { id: 1 })).data).toEqual({ replayed: 1 });
    await hooks.run();
    expect((await hooks.rig.call("webhook.replay", { since: "30d", webhook: "w1" })).data).toEqual({ replayed: 1 });
    await hooks.run();
    expect(receiver.received).toHaveLength(MOST_ATTEMPTS + 3);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    await expect(hooks.rig.call("webhook.replay", {})).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await expect(hooks.rig.call("webhook.replay", { id: 9 })).rejects.toMatchObject({ code: "DELIVERY_NOT_FOUND" });
  });

  it.each([301, 302, 307, 308])("%i is a failure, and is not followed", async (code) => {
    const other = await another();
    receiver.answer(status(code, { location: other.url }));
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    expect(await hooks.run()).toMatchObject({ delivered: 0, failed: 1, pending: 1 });
    expect(other.connections()).toBe(0);
    expect((await deliveries())[0]!.last_error).toContain("redirects are not followed");
  });

  it("410 of where a webhook led before says nothing of where it leads now", async () => {
    const other = await another();
    const state = { moved: false };
    receiver.answer(async (response) => {
      if (!state.moved) await hooks.rig.call("webhook.update", { id: "w1", url: other.url, allow_private: true });
      state.moved = true;
      response.writeHead(410).end();
    });
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    await hooks.run();
    expect(await hooks.webhook("w1")).toMatchObject({ active: true, pending: 0, dead: 0 });
    expect(other.received).toHaveLength(1);
  });

  it("410 switches the webhook off, with all that waits for it; switched on again it goes on", async () => {
    receiver.answer(status(410));
    await hooks.add(receiver.url);
    for (const title of ["One", "Two", "Three"]) await hooks.rig.add(title);
    await hooks.run();
    expect(receiver.received.length).toBeLessThanOrEqual(AT_ONCE.one);
    expect(await hooks.webhook("w1")).toMatchObject({ active: false, disabled_because: "gone", pending: 0, dead: 3 });
    await hooks.rig.add("Unheard");
    expect(await deliveries()).toHaveLength(3);
    await expect(hooks.rig.call("webhook.replay", { id: 1 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    receiver.answer(status(204));
    await hooks.rig.call("webhook.update", { id: "w1", active: true });
    await hooks.rig.call("webhook.replay", { failed: true });
    expect(await hooks.run()).toMatchObject({ delivered: 3 });
  });

  it.each([429, 502, 504])(
    "%i brings quiet for as long as it asks, in seconds or by a date, at most a day",
    async (code) => {
      await hooks.add(receiver.url);
      for (const [header, ms] of [
        ["120", 120_000],
        [null, 600_000],
        ["9999999", 86_400_000],
      ] as const) {
        const date = new Date(hooks.rig.now().getTime() + ms).toUTCString();
        receiver.answer(status(code, { "retry-after": header ?? date }));
        await hooks.rig.add("One");
        await hooks.run();
        const { throttled_until } = await hooks.webhook("w1");
        expect(Date.parse(throttled_until!) - hooks.rig.now().getTime()).toBe(ms);
        const before = receiver.received.length;
        await hooks.rig.add("While it is quiet");
        await hooks.run();
        expect(receiver.received.length).toBe(before);
        receiver.answer(status(204));
        hooks.rig.pass(ms);
        await hooks.run();
        expect(await hooks.webhook("w1")).toMatchObject({ pending: 0, throttled_until: null, failing: 0 });
      }
    },
  );

  it("retry-after of another failure puts off that delivery, and no other", async () => {
    receiver.answer((response, n) => status(n === 1 ? 503 : 204, { "retry-after": "3600" })(response, n));
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const { next_at } = await hooks.run();
    expect(Date.parse(next_at!) - hooks.rig.now().getTime()).toBe(3_600_000);
    await hooks.rig.add("Two");
    expect(await hooks.run()).toMatchObject({ delivered: 1, pending: 1 });
  });

  it("waits for nobody who never answers, and the others get theirs meanwhile", async () => {
    const silent = await another(() => undefined);
    await hooks.add(silent.url);
    await hooks.add(receiver.url);
    for (let n = 0; n < 6; n += 1) await hooks.rig.add(`Task ${n}`);
    const run = hooks.run({ timeoutMs: 1_500 });
    while (receiver.received.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    // All of the one while the first of the other still hang.
    expect((await deliveries()).filter(({ last_error }) => last_error !== null)).toEqual([]);
    expect(silent.received.length).toBe(AT_ONCE.one);
    expect(await run).toMatchObject({ delivered: 6, pending: 6 });
    expect((await deliveries()).map(({ last_error }) => last_error)).toContain("no answer within 1.5 s");
  });

  it("an answer without an end counts by its status, and is not read on", async () => {
    const sent = { bytes: 0 };
    receiver.answer((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(16_384))) sent.bytes += 16_384;
        response.once("drain", more);
      };
      more();
    });
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    expect(await hooks.run()).toMatchObject({ delivered: 1 });
    // Beyond what was read it is what lay in buffers on the way.
    expect(sent.bytes).toBeLessThan(20_000_000);
  });

  it("101 is a failure like another: nothing is spoken but HTTP", async () => {
    receiver.answer((response) => {
      response.socket!.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    });
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    expect(await hooks.run()).toMatchObject({ failed: 1, pending: 1 });
    expect((await deliveries())[0]).toMatchObject({ last_status: 101, last_error: "it answered 101" });
  });

  it("is tried again when its time has come, also while others are still being waited for", async () => {
    const silent = await another(() => undefined);
    receiver.answer((response, n) => status(n === 1 ? 500 : 204)(response, n));
    await hooks.add(silent.url);
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const stop = new AbortController();
    // The clock of the rig goes on as the real one does.
    const began = Date.now();
    const at = hooks.rig.now().getTime();
    const run = deliver(
      { ...hooks.world, now: () => new Date(at + (Date.now() - began)) },
      {
        kind: "stopped",
        signal: stop.signal,
        changed: (ring) => stop.signal.addEventListener("abort", ring),
        may: async () => true,
      },
    );
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2), { timeout: 15_000, interval: 20 });
    expect(silent.received).toHaveLength(1);
    stop.abort();
    await run;
    expect((await deliveries()).filter(({ state }) => state === "delivered")).toMatchObject([
      { webhook: "w2", attempts: 2 },
    ]);
  });

  it("a receiver that breaks off, or is not there, is a failure in words", async () => {
    receiver.answer((response) => response.destroy());
    await hooks.add(receiver.url);
    await hooks.add("http://127.0.0.1:1/");
    await hooks.add("http://nowhere.example/");
    await hooks.rig.add("One");
    expect(await hooks.run()).toMatchObject({ failed: 3 });
    expect((await deliveries()).map(({ last_error }) => last_error)).toEqual([
      "its name has no address",
      "nobody listens there",
      "it broke the connection off",
    ]);
  });
});

describe("several that deliver", () => {
  it("never send the same at the same time", async () => {
    await hooks.add(receiver.url);
    for (let n = 0; n < 60; n += 1) await hooks.rig.add(`Task ${n}`);
    const runs = ["a", "b", "c"].map((holder) => hooks.run({ holder }));
    const sum = (await Promise.all(runs)).reduce((all, { delivered }) => all + delivered, 0);
    expect(sum).toBe(60);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(60);
    expect(receiver.received).toHaveLength(60);
  });

  it("what arrived while the store could not be written is noted later, and not sent again", async () => {
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const { store } = hooks.rig;
    const state = { failed: 0, ring: (): void => undefined };
    const full: typeof store = {
      ...store,
      write: async (work) => {
        if (receiver.received.length === 0 || state.failed > 0) return store.write(work);
        state.failed += 1;
        throw new WerkError("STORE_BUSY", "others write");
      },
    };
    const ending = new AbortController();
    const changed = (ring: () => void): void => {
      state.ring = ring;
    };
    const until = { kind: "stopped", signal: ending.signal, changed, may: async () => true } as const;
    const running = deliver({ ...hooks.world, store: full }, until);
    try {
      await expect.poll(() => state.failed).toBe(1);
      state.ring();
      await expect.poll(async () => (await deliveries())[0]?.state).toBe("delivered");
    } finally {
      ending.abort();
      state.ring();
      await running;
    }
    expect(receiver.received).toHaveLength(1);
  });

  it("what a process took that died is sent by the next one, under the same id", async () => {
    await hooks.add(receiver.url);
    await hooks.rig.add("One");
    const until = new Date(hooks.rig.now().getTime() + 300_000).toISOString();
    const take = (holder: string) =>
      hooks.rig.store.write((tx) => tx.run("update deliveries set lease = ?, lease_until = ?", [holder, until]));
    // Alive: this very process.
    const { holderOf } = await import("../store/deliverers.ts");
    await take(await holderOf(process.pid));
    expect(await hooks.run()).toMatchObject({ delivered: 0, pending: 1 });
    await take("4194304 long ago");
    expect(await hooks.run()).toMatchObject({ delivered: 1 });
  });
});

it("an import of many is told task by task, and as one to who asks for that only", async () => {
  const brief = await another();
  await hooks.add(receiver.url, { events: ["task.created"] });
  await hooks.add(brief.url, { events: ["import.completed"] });
  await hooks.rig.call("task.import", { tasks: Array.from({ length: 150 }, (_, n) => ({ title: `Task ${n}` })) });
  expect(await hooks.run()).toMatchObject({ delivered: 151 });
  expect(receiver.received.map(({ body }) => body.seq).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 150 }, (_, n) => n + 1),
  );
  expect(brief.received.map(({ body }) => body.data)).toMatchObject([
    { after: { created: 150, updated: 0, skipped: 0 } },
  ]);
}, 120_000);

it("what arrived is forgotten after a week, what was given up after a month", async () => {
  await hooks.add(receiver.url);
  await hooks.rig.add("One");
  await hooks.run();
  hooks.rig.pass(6 * 86_400_000);
  await hooks.run();
  expect(await deliveries()).toHaveLength(1);
  hooks.rig.pass(2 * 86_400_000);
  await hooks.run();
  expect(await deliveries()).toEqual([]);
});
