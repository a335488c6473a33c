import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();

describe("wait", () => {
  it("sleeps until another process has done it, tasks that come meanwhile included", async () => {
    const { rig } = at;
    await rig.data("add", "one", "--session", "S");
    const waiting = rig.start("taskwerk", ["wait", "session:S", "--until", "done", "--timeout", "2m"]);
    const ran = ended(waiting);
    await rig.data("add", "two", "--session", "S");
    await rig.data("done", "1");
    await rig.data("done", "2");
    expect(await ran).toMatchObject({ code: 0, stdout: "TASK-001\tdone\tone\nTASK-002\tdone\ttwo\n" });
  });

  it("goes on in a store that was restored meanwhile", async () => {
    const { rig } = at;
    await rig.data("add", "one");
    await rig.data("db", "backup", "copy.db");
    const ran = ended(rig.start("taskwerk", ["wait", "1", "--until", "done"]));
    // Whether it had begun before that or not: what is done in the store that is there now ends it.
    await rig.data("note", "1", "begun");
    await rig.data("db", "restore", "copy.db", "--yes");
    await rig.data("done", "1");
    expect(await ran).toMatchObject({ code: 0, stdout: "TASK-001\tdone\tone\n" });
  });

  it("wakes when a task becomes ready, also where only time makes it so", async () => {
    const { rig } = at;
    await rig.data("add", "first");
    await rig.data("add", "second", "--after", "1");
    const ran = ended(rig.start("taskwerk", ["wait", "TASK-002", "--until", "ready", "-q"]));
    await rig.data("done", "1");
    expect(await ran).toMatchObject({ code: 0, stdout: "TASK-002\n" });
    await rig.data("claim", "2", "--as", "w", "--lease", "1s");
    expect(await rig.taskwerk("wait", "2", "--until", "ready", "-q")).toMatchObject({ code: 0, stdout: "TASK-002\n" });
  });

  it("says when it can no longer come, when the time is up, and when there is nothing to wait for", async () => {
    const { rig } = at;
    await rig.data("add", "one");
    expect(await rig.failure("wait", "1", "--until", "done", "--timeout", "0s")).toMatchObject({
      code: "TIME_UP",
      exit: 15,
      details: { ids: ["TASK-001"] },
    });
    await rig.data("cancel", "1");
    expect(await rig.failure("wait", "1", "--until", "done")).toMatchObject({ code: "OUT_OF_REACH", exit: 14 });
    expect((await rig.taskwerk("wait", "1", "--until", "cancelled")).code).toBe(0);
    await rig.data("delete", "1");
    expect(await rig.failure("wait", "tag:none", "--until", "done")).toMatchObject({ code: "TASK_NOT_FOUND", exit: 3 });
    expect(await rig.failure("wait", "1")).toMatchObject({ code: "USAGE", exit: 2 });
    expect(await rig.failure("wait", "1", "--until", "don")).toMatchObject({ code: "INVALID_STATUS", exit: 2 });
  });

  it("ends with a signal, and leaves nothing behind", async () => {
    const { rig } = at;
    await rig.data("add", "one");
    const child = rig.start("taskwerk", ["wait", "1", "--until", "done"]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
    const [code, signal] = await once(child, "close");
    expect([code, signal]).toEqual([null, "SIGINT"]);
  });
});
