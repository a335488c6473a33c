import type { ClaimResult } from "@taskwerk/contract/claim";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const add = async (...args: readonly string[]): Promise<Task> =>
  (await at.rig.data<TaskWrite>("add", ...args)).changed[0]!;

describe("a claim", () => {
  it("is held by one, prolonged, and given back", async () => {
    const { rig } = at;
    await add("one");
    const { claim, changed } = await rig.data<ClaimResult>("claim", "--next", "--as", "claude-1", "--lease", "15m");
    expect(changed[0]).toMatchObject({ id: "TASK-001", status: "in-progress", claim: { by: "claude-1" } });
    expect(await rig.failure("claim", "1", "--as", "claude-2")).toMatchObject({ code: "ALREADY_CLAIMED", exit: 8 });
    expect(await rig.failure("done", "1")).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8 });
    const longer = await rig.data<ClaimResult>("heartbeat", "1", "--claim", claim.token, "--lease", "2h");
    expect(longer.claim.lease_until > claim.lease_until).toBe(true);
    const { changed: released } = await rig.data<TaskWrite>("release", "1", "--claim", claim.token);
    expect(released[0]).toMatchObject({ status: "todo", claim: null });
    const again = await rig.data<ClaimResult>("claim", "1");
    expect(await rig.failure("done", "1", "--claim", claim.token)).toMatchObject({ code: "CLAIM_LOST", exit: 8 });
    const done = await rig.run("taskwerk", ["done", "1", "-q"], { env: { TASKWERK_CLAIM: again.claim.token } });
    expect(done).toEqual({ code: 0, stdout: "TASK-001\n", stderr: "" });
  });
});

describe("a claim's end", () => {
  it("comes with the last criterion of a group only by its token", async () => {
    const { rig } = at;
    await add("whole", "--ac", "it works");
    await add("part", "--parent", "1", "-s", "done");
    const { claim } = await rig.data<ClaimResult>("claim", "1", "--as", "claude-1");
    const refused = await rig.failure("ac", "rm", "1", "1");
    expect(refused).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8 });
    expect(refused.hint).toContain("taskwerk ac rm TASK-001 N --claim TOKEN");
    const { changed } = await rig.data<TaskWrite>("ac", "rm", "1", "1", "--claim", claim.token);
    expect(changed[0]).toMatchObject({ status: "done", acceptance: [], claim: null });
  });

  it("is told by claim, and by what was tried without its token", async () => {
    const { rig } = at;
    await add("one");
    expect(await rig.failure("release", "999")).toMatchObject({ code: "TASK_NOT_FOUND", exit: 3 });
    const free = await rig.failure("release", "1");
    expect(free).toMatchObject({ code: "CLAIM_REQUIRED", message: "nobody holds TASK-001.", exit: 8 });
    expect(free.hint).toContain("taskwerk claim TASK-001");
    const { claim } = await rig.data<ClaimResult>("claim", "--next", "--as", "me");
    for (const [verb, typed] of [
      ["done", "taskwerk done TASK-001 --claim TOKEN"],
      ["pause", "taskwerk pause TASK-001 --claim TOKEN"],
      ["release", "taskwerk release TASK-001 --claim TOKEN"],
      ["heartbeat", "taskwerk heartbeat TASK-001 --claim TOKEN"],
    ] as const) {
      const failed = await rig.failure(verb, "1");
      expect(failed).toMatchObject({ code: "CLAIM_REQUIRED", exit: 8, hint: expect.stringContaining(typed) });
      expect(failed.message).toContain("claimed by me");
    }
    await rig.data("done", "TASK-001", "--claim", claim.token);
  });
});
