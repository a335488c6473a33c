import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUid } from "../../core/uid.ts";
import { openStore } from "../../store/open.ts";
import { callOperation } from "../call.ts";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const take = (as: string, more = {}) => rig.call("claim.take", { as, ...more });
const MINUTE = 60_000;

describe("claims", () => {
  it("go by urgency: priority, then due date, then how much waits for it, then age", async () => {
    const old = await rig.add("old");
    const wanted = await rig.add("wanted");
    await rig.add("waits", { depends_on: [wanted] });
    const due = await rig.add("due", { due_at: "2027-03-02" });
    const high = await rig.add("high", { priority: "high" });
    const order = [];
    for (const who of ["a", "b", "c", "d"]) order.push((await take(who)).data.changed[0]!.id);
    expect(order).toEqual([high, due, wanted, old]);
    await expect(take("e")).rejects.toMatchObject({ code: "NOTHING_READY" });
  });

  it("give each task to one claimer, also over several connections at once", async () => {
    await rig.call("task.import", {
      tasks: Array.from({ length: 60 }, (_, n) => ({
        ref: `${n}`,
        title: `${n}`,
        ...(n % 3 === 0 && n > 0 ? { depends_on: [`${n - 1}`] } : {}),
      })),
    });
    const winners: string[] = [];
    const drain = async (who: string): Promise<void> => {
      const store = await openStore(rig.dir);
      const call = (name: "claim.take" | "task.transition", input: never) =>
        callOperation({ store, actor: who, session: null, idempotencyKey: null, now: rig.now, newUid }, name, input);
      for (;;) {
        const claimed = await call("claim.take", { as: who } as never).catch((error) => error);
        if (claimed.code === "NOTHING_READY") break;
        const { data } = claimed;
        winners.push(data.changed[0].id);
        await call("task.transition", { ids: [data.changed[0].id], to: "done", claim: data.claim.token } as never);
      }
      await store.close();
    };
    await Promise.all(["a", "b", "c", "d"].map(drain));
    // One may find nothing ready while another still holds what it waits for.
    await drain("last");
    expect(winners).toHaveLength(60);
    expect(new Set(winners).size).toBe(60);
  });

  it("take only what carries all of the tags", async () => {
    await rig.add("plain", { priority: "critical" });
    await rig.add("one", { tags: ["api"] });
    const both = await rig.add("both", { tags: ["api", "fast"], priority: "low" });
    expect((await take("a", { tag: ["api", "fast"] })).data.changed[0]!.id).toBe(both);
    await expect(take("a", { tag: ["nothing"] })).rejects.toMatchObject({ code: "NOTHING_READY" });
  });

  it("need their token for a move, and let notes and fields be free", async () => {
    const id = await rig.add("A");
    const { token } = (await take("w")).data.claim;
    const move = (more = {}) => rig.call("task.transition", { ids: [id], to: "review", ...more });
    await expect(move()).rejects.toMatchObject({ code: "CLAIM_REQUIRED", details: { by: "w" } });
    await expect(rig.call("task.update", { ids: [id], status: "paused" })).rejects.toMatchObject({
      code: "CLAIM_REQUIRED",
    });
    await expect(move({ claim: "nonsense" })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await rig.call("task.note", { id, text: "half way", type: "progress" });
    await rig.call("task.update", { ids: [id], priority: "high" });
    expect((await move({ claim: token })).data.changed[0]).toMatchObject({ status: "review", claim: { by: "w" } });
    expect(
      (await rig.call("task.transition", { ids: [id], to: "done", claim: token })).data.changed[0]!.claim,
    ).toBeNull();
  });

  it("run out, are lost to the next claimer and then open nothing any more", async () => {
    const id = await rig.add("A");
    const first = (await take("w1", { lease_s: 60 })).data.claim;
    rig.pass(2 * MINUTE);
    expect(await rig.ready()).toEqual([id]);
    const second = (await take("w2")).data;
    expect(second.claim.fence).toBe(2);
    const lost = { code: "CLAIM_LOST" };
    await expect(rig.call("task.transition", { ids: [id], to: "done", claim: first.token })).rejects.toMatchObject(
      lost,
    );
    await expect(rig.call("claim.heartbeat", { token: first.token })).rejects.toMatchObject(lost);
    await expect(rig.call("claim.release", { token: first.token })).rejects.toMatchObject(lost);
    const types = (await rig.call("event.list", {})).data.map((event) => event.type);
    expect(types.filter((type) => type.startsWith("task.claim"))).toEqual([
      "task.claimed",
      "task.claim_expired",
      "task.claimed",
    ]);
  });

  it("live on by heartbeats, also a late one as long as nobody else came", async () => {
    await rig.add("A");
    const { token } = (await take("w", { lease_s: 60 })).data.claim;
    rig.pass(MINUTE / 2);
    expect((await rig.call("claim.heartbeat", { token })).data.claim.lease_until).toBe("2027-03-01T12:01:30.000Z");
    rig.pass(5 * MINUTE);
    await rig.call("claim.heartbeat", { token, lease_s: 600 });
    expect(await rig.ready()).toEqual([]);
    rig.pass(9 * MINUTE);
    expect(await rig.ready()).toEqual([]);
  });

  it("are given back to todo, and their token is worth nothing afterwards", async () => {
    const id = await rig.add("A");
    const { token } = (await take("w")).data.claim;
    const released = await rig.call("claim.release", { token, reason: "lunch" });
    expect(released.data.changed[0]).toMatchObject({ status: "todo", claim: null, ready: true });
    await expect(rig.call("task.transition", { ids: [id], to: "done", claim: token })).rejects.toMatchObject({
      code: "CLAIM_LOST",
    });
    expect((await take("w2")).data.claim.fence).toBe(2);
  });

  it("say why a named task cannot be claimed", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    await rig.add("P", { depends_on: ["1"] });
    await rig.add("K", { parent: "3" });
    await rig.add("later", { defer_until: "+3d" });
    await rig.add("stopped", { status: "blocked" });
    const refused = (id: string) =>
      take("w", { id }).then(
        () => "taken",
        (error) => `${error.code} ${error.details.open ?? ""}`.trim(),
      );
    expect(await refused("2")).toBe("DEPENDENCY_OPEN TASK-001");
    expect(await refused("3")).toBe("DEPENDENCY_OPEN TASK-001");
    expect(await refused("3.1")).toBe("DEPENDENCY_OPEN TASK-003");
    expect(await refused("4")).toBe("INVALID_TRANSITION");
    expect(await refused("5")).toBe("INVALID_TRANSITION");
    expect(await refused("99")).toBe("TASK_NOT_FOUND");
    expect(await refused("1")).toBe("taken");
    expect(await refused("1")).toBe("ALREADY_CLAIMED");
  });

  it("answer the same call twice with the same claim", async () => {
    await rig.add("A");
    await rig.add("B");
    const again = () => rig.call("claim.take", { as: "w" }, { idempotencyKey: "once" });
    expect((await again()).data.claim).toEqual((await again()).data.claim);
    expect(await rig.ready()).toHaveLength(1);
  });
});
