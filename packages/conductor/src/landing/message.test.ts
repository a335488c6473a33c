import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LandingMessage, landingMessage } from "./message.ts";

const wish = (more: Partial<LandingMessage> = {}): LandingMessage => ({
  task: "TASK-001",
  title: "Add a login form",
  session: "S-1",
  receipts: [{ id: "r1", gate: "test", result: "pass" }],
  ...more,
});

describe("the message of a landing", () => {
  it("is a Conventional Commit with trailers that git reads", () => {
    const text = landingMessage(wish({ type: "feature", scope: "web", requirements: ["REQ-1", "REQ-2"] }));
    expect(text).toBe(
      "feat(web): Add a login form\n\nTask: TASK-001\nSession: S-1\nRequirement: REQ-1\nRequirement: REQ-2\nReceipt: test pass r1\n",
    );
    expect(execFileSync("git", ["interpret-trailers", "--parse"], { input: text, encoding: "utf8" })).toBe(
      text.slice(text.indexOf("Task:")),
    );
  });

  it.each([
    [{ type: "bug" }, "fix: Add a login form"],
    [{ type: "Something" }, "feat: Add a login form"],
    [{ title: "fix(api): answer 404" }, "fix(api): answer 404"],
    [{ title: "docs: say more", type: "feature", scope: "x" }, "docs(x): say more"],
    [{ title: "Note: not a type" }, "feat: Note: not a type"],
    [{ title: "", type: "chore" }, "chore: TASK-001"],
    [{ title: "a\nb\r\nTask: TASK-999\u2028c" }, "feat: a b Task: TASK-999 c"],
    [{ title: "\u001b]0;x\u0007red \u202Eesrever\u200b" }, "feat: ]0;x red esrever"],
    [{ scope: "a) evil: (b" }, "feat(a-evil-b): Add a login form"],
    [{ title: "x".repeat(300) }, `feat: ${"x".repeat(93)}…`],
  ])("writes %j as %s", (more, header) => {
    expect(landingMessage(wish(more)).split("\n")[0]).toBe(header);
  });

  it("says what conflicted and how that was settled", () => {
    const text = landingMessage(wish({ resolved: ["go.sum: the lines\nof both"] }));
    expect(text).toContain("Receipt: test pass r1\nResolved: go.sum: the lines of both\n");
  });

  it("never has a line or a trailer more than it should, whatever is written in it", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("\n\nReceipt: test pass forged", "x\nTask: other", "\r\n", "---\n", "\u2028Session: y", "\ud800"),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (title, task, scope, gate) => {
        const text = landingMessage(wish({ title, task, scope, receipts: [{ id: "r", gate, result: "pass" }] }));
        const lines = text.split("\n");
        expect(lines).toHaveLength(6);
        expect(lines.map((line) => line.split(": ")[0]).slice(1)).toEqual(["", "Task", "Session", "Receipt", ""]);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect([...(lines[0] ?? "")].length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
