import { describe, expect, it } from "vitest";
import { foldEvents } from "../model/state.ts";
import type { TaskFacts } from "./facts.ts";
import { liveFoot, liveNews, liveRows } from "./live.ts";

describe("the live view", () => {
  it("is made from the journal alone and fits its width", () => {
    const empty = foldEvents([]);
    const tasks = [
      {
        id: "TASK-001",
        title: "A title that is much too long for a narrow screen",
        status: "todo",
        key: null,
        children: [],
        depends_on: [],
        metadata: {},
      },
      {
        id: "TASK-002",
        title: "Second",
        status: "todo",
        key: null,
        children: [],
        depends_on: ["TASK-001"],
        metadata: {},
      },
    ] satisfies TaskFacts[];
    const rows = liveRows(empty, tasks, 80);
    expect(rows.every(({ text }) => text.length <= 80)).toBe(true);
    expect(rows.map(({ text }) => text.slice(42).trim())).toEqual(["ready", "waits for TASK-001"]);
    expect(liveFoot(empty, tasks, "run-1")).toContain("0 of 2 landed");
    expect(
      liveNews(
        {
          type: "session.status",
          session: "run-1",
          status: "active",
          reason: null,
          seq: 1,
          at: "2026-01-01T00:00:00Z",
          hash: "",
        },
        empty,
      ),
    ).toBeNull();
  });
});
