import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseId, printId } from "./ids.ts";

describe("ids", () => {
  it.each([
    ["12", "TASK-012"],
    ["TASK-12", "TASK-012"],
    ["task-012", "TASK-012"],
    ["TASK-012.3", "TASK-012.3"],
    ["1.2.3", "TASK-001.2.3"],
    [" 7 ", "TASK-007"],
    ["1234", "TASK-1234"],
  ])("reads %j as %s", (text, id) => {
    expect(parseId(text, "TASK")).toEqual({ kind: "id", id });
  });

  it.each(["", "TASK-", "BUG-1", "1.", "1..2", "-1", "TASK 1", "12345678901", "x", "TASK-1;drop", "０１"])(
    "takes %j for none",
    (text) => {
      expect(parseId(text, "TASK").kind === "id").toBe(false);
    },
  );

  it("reads the end of a uid", () => {
    expect(parseId("8zq4gk", "TASK")).toEqual({ kind: "uid", suffix: "8ZQ4GK" });
  });

  it("reads back whatever it prints", () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 999_999_999 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(numbers, (path) => {
        const id = printId("TASK", path);
        expect(parseId(id, "TASK")).toEqual({ kind: "id", id });
        expect(parseId(id.toLowerCase(), "TASK")).toEqual({ kind: "id", id });
      }),
    );
  });
});
