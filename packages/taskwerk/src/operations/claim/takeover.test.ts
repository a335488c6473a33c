import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const take = async (as: string, more = {}) => (await rig.call("claim.take", { as, ...more })).data;
const show = async (id: string): Promise<Task> => (await rig.call("task.show", { id })).data;
const released = async () =>
  (await rig.call("event.list", {})).data.filter(({ type }) => type === "task.claim_released").map(({ data }) => data);

describe("taking over a claim", () => {
  it("by force ends it, says so in an event, and leaves the old token without effect", async () => {
    const id = await rig.add("t");
    const { claim } = await take("gone");
    const { data, warnings } = await rig.call("claim.revoke", { id, reason: "crashed" });
    expect(data.changed[0]).toMatchObject({ status: "todo", claim: null, ready: true });
    expect(warnings).toEqual([expect.stringContaining("gone")]);
    expect(await released()).toMatchObject([{ by: "gone", fence: 1, forced: true, reason: "crashed" }]);
    await expect(rig.call("claim.heartbeat", { token: claim.token })).rejects.toMatchObject({ code: "CLAIM_LOST" });
    await expect(rig.call("claim.revoke", { id })).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
  });

  it.each(["done", "review", "paused", "cancelled"] as const)(
    "goes with a move to %s, and undo gives it back",
    async (to) => {
      const id = await rig.add("t");
      const { claim } = await take("w");
      await expect(rig.call("task.transition", { ids: [id], to })).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
      const { meta } = await rig.call("task.transition", { ids: [id], to, force: true });
      expect(await show(id)).toMatchObject({ status: to, claim: null });
      expect(await released()).toEqual([expect.objectContaining({ forced: true, by: "w" })]);
      await rig.call("op.undo", { op: meta.op! });
      expect(await show(id)).toMatchObject({ status: "in-progress", claim: { by: "w" } });
      await rig.call("claim.heartbeat", { token: claim.token });
    },
  );

  it("closes claimed children of a cascade only with force", async () => {
    const parent = await rig.add("parent");
    const child = await rig.add("child", { parent });
    await take("w");
    const close = (more = {}) => rig.call("task.transition", { ids: [parent], to: "done", cascade: true, ...more });
    await expect(close()).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
    await close({ force: true });
    expect(await show(child)).toMatchObject({ status: "done", claim: null });
  });

  it("of an update goes with force too", async () => {
    const id = await rig.add("t");
    await take("w");
    await rig.call("task.update", { ids: [id], status: "blocked", force: true });
    expect(await show(id)).toMatchObject({ status: "blocked", claim: null });
  });
});

describe("a claim that ran out", () => {
  it("ends when somebody without its token begins the task again, so that nobody else is offered it", async () => {
    const id = await rig.add("t");
    const { claim } = await take("gone", { lease_s: 60 });
    await rig.call("task.transition", { ids: [id], to: "review", claim: claim.token });
    rig.pass(2 * 60_000);
    const { meta } = await rig.call("task.transition", { ids: [id], to: "in-progress" });
    expect(await show(id)).toMatchObject({ status: "in-progress", claim: null, ready: false });
    expect(await rig.ready()).toEqual([]);
    await expect(rig.call("claim.heartbeat", { token: claim.token })).rejects.toMatchObject({ code: "CLAIM_LOST" });
    const types = (await rig.call("event.list", {})).data.map(({ type }) => type);
    expect(types.filter((type) => type === "task.claim_expired")).toHaveLength(1);
    await rig.call("op.undo", { op: meta.op! });
    expect(await show(id)).toMatchObject({ status: "review", claim: { by: "gone" } });
  });

  it("stays with its holder who begins the task again, late", async () => {
    const id = await rig.add("t");
    const { claim } = await take("late", { lease_s: 60 });
    await rig.call("task.transition", { ids: [id], to: "review", claim: claim.token });
    rig.pass(2 * 60_000);
    await rig.call("task.transition", { ids: [id], to: "in-progress", claim: claim.token });
    expect((await rig.call("claim.heartbeat", { token: claim.token })).data.changed[0]!.claim).toMatchObject({
      by: "late",
    });
  });
});

describe("done --next", () => {
  it("claims what the move made ready in the same operation, and null where nothing is", async () => {
    const first = await rig.add("first");
    const second = await rig.add("second", { depends_on: [first] });
    const { claim } = await take("w");
    const done = await rig.call("task.transition", { ids: [first], to: "done", claim: claim.token, next: { as: "w" } });
    expect(done.data.unblocked.map(({ id }) => id)).toEqual([second]);
    expect(done.data.next).toMatchObject({ task: { id: second, status: "in-progress" }, claim: { fence: 1 } });
    const { token } = done.data.next!.claim;
    const last = await rig.call("task.transition", { ids: [second], to: "done", claim: token, next: { as: "w" } });
    expect(last.data.next).toBeNull();
    await rig.call("op.undo", { op: done.meta.op! }).catch((error) => expect(error.code).toBe("UNDO_CONFLICT"));
  });

  it("is answered the same under one idempotency key, and claims once", async () => {
    const [first, second] = [await rig.add("first"), await rig.add("second")];
    const call = () =>
      rig.call("task.transition", { ids: [first], to: "done", next: { as: "w" } }, { idempotencyKey: "k" });
    const [one, other] = [await call(), await call()];
    expect(other.data).toEqual(one.data);
    expect(await show(second)).toMatchObject({ claim: { fence: 1 } });
  });
});

describe("files that somebody works on", () => {
  it("are left alone when asked for, and freed by a lease that ends", async () => {
    const add = (title: string, ...files: string[]) => rig.add(title, { files });
    const [one, two, three] = [await add("one", "src/**"), await add("two", "src/a.ts"), await add("three", "docs/**")];
    expect((await take("a")).changed[0]!.id).toBe(one);
    const skip = { skip_file_conflicts: true };
    expect((await take("b", skip)).changed[0]!.id).toBe(three);
    await expect(take("c", skip)).rejects.toMatchObject({ code: "NOTHING_READY" });
    const plain = await rig.add("no files");
    expect((await take("c", skip)).changed[0]!.id).toBe(plain);
    rig.pass(16 * 60_000);
    expect((await take("d", { ...skip, query: "title:two" })).changed[0]!.id).toBe(two);
  });
});
