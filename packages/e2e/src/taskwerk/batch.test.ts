import type { Task } from "@taskwerk/contract/task";
import { describe, expect, it } from "vitest";
import { eachWithStore } from "./each-with-store.ts";

const at = eachWithStore();
const list = (): Promise<readonly Task[]> => at.rig.data("list", "--all", "--limit", "0", "--sort", "created");

describe("batch", () => {
  it("does lines of commands as one, and nothing when one of them is wrong", async () => {
    const { rig } = at;
    const lines = (...operations: readonly object[]): string => operations.map((one) => JSON.stringify(one)).join("\n");
    const stdin = lines(
      { op: "add", ref: "a", title: "A" },
      { op: "add", title: "B", depends_on: ["@a"] },
      { op: "claim", ref: "c", id: "@a", as: "me" },
      { op: "done", id: "@a", claim: "@c" },
    );
    expect(await rig.run("taskwerk", ["batch", "-"], { stdin })).toEqual({
      code: 0,
      stdout:
        "line 1\ttask.add\tTASK-001\nline 2\ttask.add\tTASK-002\nline 3\tclaim.take\tTASK-001\nline 4\ttask.transition\tTASK-001\n",
      stderr: "",
    });
    const bad = lines({ op: "add", titel: "C" }, { op: "dne", id: "2" }, { op: "done", id: "2" });
    expect(await rig.run("taskwerk", ["batch", "-"], { stdin: bad })).toEqual({
      code: 2,
      stdout: "",
      stderr: [
        "error VALIDATION_FAILED: 2 of 3 operations cannot be done. Nothing was done.",
        '  line 1  titel  there is no field "titel". Did you mean "title"?',
        '  line 2         there is no "dne" in a batch; did you mean "done"?',
        "  Correct these lines, then run them again.",
        "",
      ].join("\n"),
    });
    expect((await list()).map(({ id, status }) => [id, status])).toEqual([
      ["TASK-001", "done"],
      ["TASK-002", "todo"],
    ]);
    await rig.data("undo");
    expect(await list()).toEqual([]);
  });
});
