import type { OperationName } from "@taskwerk/contract/routes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "./test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

type Input = Readonly<Record<string, unknown>>;
const add = (fields: Input = {}) => rig.add("t", fields as never);
const claimed = async () => {
  await add();
  return (await rig.call("claim.take", { as: "w" })).data.claim.token;
};

/** For each operation that writes: a call, with the stage that it needs, and another one that differs. */
const CALLS: Partial<Record<OperationName, () => Promise<readonly [Input, Input]>>> = {
  "task.add": async () => [{ title: "a" }, { title: "b" }],
  "task.update": async () => [
    { ids: [await add()], title: "a" },
    { ids: ["1"], title: "b" },
  ],
  "task.transition": async () => [
    { ids: [await add()], to: "done" },
    { ids: ["1"], to: "cancelled" },
  ],
  "task.import": async () => [{ tasks: [{ title: "a" }] }, { tasks: [{ title: "b" }] }],
  "task.note": async () => [
    { id: await add(), text: "a" },
    { id: "1", text: "b" },
  ],
  "task.deps": async () => [
    { id: await add(), add: [await add()] },
    { id: "1", remove: ["2"] },
  ],
  "task.move": async () => [
    { ids: [await add()], parent: await add() },
    { ids: ["1"], parent: null },
  ],
  "task.split": async () => [
    { id: await add(), titles: ["a"] },
    { id: "1", titles: ["b"] },
  ],
  "task.criteria": async () => [
    { id: await add(), add: ["a"] },
    { id: "1", add: ["b"] },
  ],
  "task.link": async () => [
    { id: await add(), add: [{ type: "pr", target: "1" }] },
    { id: "1", add: [{ type: "pr", target: "2" }] },
  ],
  "task.delete": async () => [{ ids: [await add()] }, { ids: [await add()] }],
  "task.archive": async () => [{ ids: [await add({ status: "done" })] }, { ids: [await add({ status: "done" })] }],
  "task.restore": async () => {
    const ids = [await add()];
    await rig.call("task.delete", { ids });
    return [{ ids }, { ids: [...ids, ...ids] }];
  },
  "task.purge": async () => {
    await rig.call("task.delete", { ids: [await add()] });
    return [{ confirm: true, ids: ["1"] }, { confirm: true }];
  },
  "tag.rename": async () => {
    await add({ tags: ["a"] });
    return [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
  },
  "op.undo": async () => {
    await add();
    const { meta } = await rig.call("task.note", { id: "1", text: "n" });
    return [{ op: meta.op }, { op: "last" }];
  },
  "session.start": async () => [{ session: "a" }, { session: "b" }],
  "session.end": async () => {
    await rig.call("session.start", { session: "a" });
    return [{ session: "a" }, { session: "b" }];
  },
  "session.undo": async () => {
    await rig.call("task.add", { title: "t" }, { session: "a" });
    return [{ session: "a" }, { session: "b" }];
  },
  "claim.take": async () => {
    await add();
    await add();
    return [{ as: "w" }, { as: "v" }];
  },
  "claim.heartbeat": async () => {
    const token = await claimed();
    return [{ token }, { token, lease_s: 5 }];
  },
  "claim.release": async () => {
    const token = await claimed();
    return [{ token }, { token, reason: "r" }];
  },
  "claim.revoke": async () => {
    await claimed();
    return [{ id: "1" }, { id: "1", reason: "r" }];
  },
};

describe("an idempotency key", () => {
  it.each(Object.keys(CALLS) as OperationName[])(
    "of %s gives the same answer, does nothing again, and refuses another call",
    async (name) => {
      const [input, other] = await CALLS[name]!();
      const call = (given: Input) => rig.call(name, given as never, { idempotencyKey: "k" });
      const ops = async () => (await rig.store.read((reader) => reader.all("select seq from ops"))).length;
      const first = await call(input);
      const made = await ops();
      const again = await call(input);
      expect(again.data).toEqual(first.data);
      expect(again.meta.op).toBe(first.meta.op);
      expect(await ops()).toBe(made);
      await expect(call(other)).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
      await expect(rig.call("task.add", { title: "x" }, { idempotencyKey: "k" })).rejects.toMatchObject({
        code: "IDEMPOTENCY_MISMATCH",
      });
    },
  );
});
