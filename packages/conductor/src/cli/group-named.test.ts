import { describe, expect, it } from "vitest";
import { findGroup, groupNamed } from "./group-named.ts";

const task = (id: string, title: string, children: string[] = []) => ({ id, title, children });
const ALL = [
  task("TASK-001", "Invoices & VAT", ["TASK-001.1", "TASK-001.2"]),
  task("TASK-001.1", "Lines"),
  task("TASK-001.2", "Totals", ["TASK-001.2.1"]),
  task("TASK-001.2.1", "Rounding"),
  task("TASK-002", "Lines"),
  task("TASK-003", "Twice", ["TASK-004"]),
  task("TASK-004", "Twice", ["TASK-005"]),
];

describe("a feature", () => {
  it.each(["TASK-001", "task-001", "1", "001", "invoices-vat", "Invoices & VAT"])(
    "is found as %s, with all that is under it",
    (word) => {
      expect(groupNamed(ALL, word)).toEqual({
        id: "TASK-001",
        title: "Invoices & VAT",
        slug: "invoices-vat",
        tasks: ["TASK-001", "TASK-001.1", "TASK-001.2", "TASK-001.2.1"],
      });
    },
  );

  it("is a single task where its id is said, and never by its title", () => {
    expect(groupNamed(ALL, "TASK-002").tasks).toEqual(["TASK-002"]);
    expect(findGroup(ALL, "TASK-002")).toBeNull();
    expect(() => groupNamed(ALL, "lines")).toThrowError(expect.objectContaining({ code: "TASK_NOT_FOUND" }));
  });

  it("has to be said by its id where two have one title", () => {
    expect(() => groupNamed(ALL, "twice")).toThrowError(
      expect.objectContaining({ code: "USAGE", candidates: ["TASK-003", "TASK-004"] }),
    );
  });
});
