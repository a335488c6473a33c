import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { branchName } from "./branch-name.ts";

const PATTERN = "feature/{task_id}-{task_slug}";

describe("branchName", () => {
  it("holds the task and a short slug of its title", () => {
    expect(branchName(PATTERN, "TASK-001.2", "Limit requests per host!")).toBe(
      "feature/TASK-001.2-limit-requests-per-host",
    );
  });
  it("has the plain letter for one with a mark", () => {
    expect(branchName(PATTERN, "TASK-001", "Ünïcode: Änderung")).toBe("feature/TASK-001-unicode-anderung");
  });
  it("has a word where a title has no letters", () => {
    expect(branchName(PATTERN, "TASK-001", "…")).toBe("feature/TASK-001-task");
  });
  it("lets nothing of a title out of its place", () => {
    const name = branchName(PATTERN, "TASK-001", "../../refs/heads/main; $(rm) {task_id}");
    expect(name).toBe("feature/TASK-001-refs-heads-main-rm-task-id");
  });
  it("is a name that git takes, whatever the title is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (title) => {
        const name = branchName(PATTERN, "TASK-001", title);
        expect(name).toMatch(/^feature\/TASK-001-[a-z0-9]+(?:-[a-z0-9]+)*$/);
      }),
    );
  });
});
