import { describe, expect, it } from "vitest";
import { task, type } from "../typing.ts";

const status = (counts: object) => ({
  version: "1",
  api: 1,
  store: "/s",
  tasks: { todo: 1, done: 2 },
  ready: 1,
  archived: 0,
  deleted: 0,
  cursor: 3,
  ...counts,
});
const listing = (counts: object, tasks = [task()]) => ({
  tty: true,
  answer: (name: string) => (name === "store.status" ? status(counts) : name === "task.list" ? tasks : undefined),
});
const lastLines = (out: string): readonly string[] => out.trimEnd().split("\n").slice(-2);

describe("below a list", () => {
  it("what is archived or deleted is counted in words, with what shows it", async () => {
    const { out } = await type("list", listing({ archived: 3, deleted: 1 }));
    expect(lastLines(out)).toEqual([
      "1 open: 1 ready. 2 done hidden (--all).",
      "Not listed: 3 archived (list is:archived), 1 deleted (list is:deleted).",
    ]);
    expect(lastLines((await type("list --all", listing({ deleted: 2 }))).out)[1]).toBe(
      "Not listed: 2 deleted (list is:deleted).",
    );
    expect((await type("list --tree", listing({ archived: 1 }))).out).toContain("Not listed: 1 archived");
  });

  it("what is deleted is not counted as waiting", async () => {
    const gone = task({ ready: false, deleted_at: "2027-02-28T12:00:00.000Z" });
    const { out } = await type("list is:deleted", {
      tty: true,
      answer: (name: string) => (name === "task.list" ? [gone] : undefined),
    });
    expect(out.trimEnd().split("\n").at(-1)).toBe("1 task: 1 deleted.");
  });

  it("nothing is said of what is not there", async () => {
    expect((await type("list", listing({}))).out).not.toContain("Not listed");
  });

  it("a store whose tasks are all out of sight is not called empty", async () => {
    const { out } = await type("list", listing({ tasks: { todo: 0 }, archived: 2 }, []));
    expect(out.trimEnd()).toBe("No task is listed.   Not listed: 2 archived (list is:archived).");
  });
});
