import type { ClaimResult, Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(() => at.rig.remove());

const each = <T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe("many processes on one store", () => {
  it("20 that add 25 tasks each make 500 tasks with 500 ids, without an error", async () => {
    const { rig } = at;
    const ids = await each(20, async (worker) => {
      const mine: string[] = [];
      for (let n = 0; n < 25; n += 1) {
        const ran = await rig.taskwerk("add", `worker ${worker} task ${n}`, "-q");
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        mine.push(ran.stdout.trim());
      }
      return mine;
    });
    expect(new Set(ids.flat()).size).toBe(500);
    const tasks = await rig.data<readonly Task[]>("list", "--limit", "0");
    expect(tasks).toHaveLength(500);
    expect(new Set(tasks.map(({ title }) => title)).size).toBe(500);
    const numbers = tasks.map(({ id }) => Number(id.slice(5))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  }, 240_000);

  it("16 that claim 200 tasks have 200 different winners", async () => {
    const { rig } = at;
    await rig.run("taskwerk", ["import", "-"], {
      stdin: JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ title: `task ${n}` }))),
    });
    const won = await each(16, async (worker) => {
      const mine: ClaimResult[] = [];
      for (;;) {
        const ran = await rig.taskwerk("claim", "--next", "--as", `worker-${worker}`, "--json");
        if (ran.code === 10) return mine;
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        mine.push(JSON.parse(ran.stdout).data as ClaimResult);
      }
    });
    const claims = won.flat();
    expect(claims).toHaveLength(200);
    expect(new Set(claims.map(({ changed }) => changed[0]!.id)).size).toBe(200);
    expect(new Set(claims.map(({ claim }) => claim.token)).size).toBe(200);
  }, 240_000);
});
