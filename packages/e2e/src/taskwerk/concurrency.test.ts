import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { close, drain, write } from "./contention.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();

const each = <T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe("many processes on one store", () => {
  it("20 that add 8 tasks each make 160 tasks with 160 ids, without an error", async () => {
    const { rig } = at;
    const ids = await each(20, async (worker) => {
      const mine: string[] = [];
      for (let n = 0; n < 8; n += 1) {
        const ran = await rig.taskwerk("add", `worker ${worker} task ${n}`, "-q");
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        mine.push(ran.stdout.trim());
      }
      return mine;
    });
    expect(new Set(ids.flat()).size).toBe(160);
    const tasks = await rig.data<readonly Task[]>("list", "--limit", "0");
    expect(tasks).toHaveLength(160);
    expect(new Set(tasks.map(({ title }) => title)).size).toBe(160);
    const numbers = tasks.map(({ id }) => Number(id.slice(5))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
  }, 240_000);

  it("12 that claim and finish 90 dependent tasks have 90 different winners", () => drain(at.rig, 12, 90), 240_000);

  it("8 that change one task 12 times each lose nothing", () => write(at.rig, 8, 12), 240_000);

  it("two at once never close a cycle", () => close(at.rig, 6), 240_000);
});
