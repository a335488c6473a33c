import { describe, expect, it } from "vitest";
import { sampleDecision } from "../../model/sample-facts.ts";
import { emptyState } from "../../model/state.ts";
import { alike, settledWords } from "./settle.ts";

describe("what is said once a card is closed", () => {
  const approved = sampleDecision("A1", {
    state: "approved",
    task: "TASK-003",
    askers: ["TASK-003", "TASK-006"].map((task) => ({ task, attempt: `run-1/${task}/1` })),
  });

  it("names who goes on now, and who does not because a person has put it aside", () => {
    expect(settledWords(approved, { driven: true, paused: new Map() })).toEqual([
      "A1 approved. TASK-003 and TASK-006 go on now.",
    ]);
    expect(settledWords(approved, { driven: true, paused: new Map([["TASK-003", {}]]) })).toEqual([
      "A1 approved. TASK-006 goes on now. TASK-003 stays put aside: conductor continue TASK-003",
    ]);
    expect(
      settledWords(approved, {
        driven: false,
        paused: new Map([
          ["TASK-003", {}],
          ["TASK-006", {}],
        ]),
      }),
    ).toEqual([
      "A1 approved. TASK-003 and TASK-006 stay put aside: conductor continue TASK-003, conductor continue TASK-006",
    ]);
  });

  it("names what was asked before and is covered by what it remembers, also further below", () => {
    const remembered = [{ class: "database_migrations", paths: "db/[a] *b/**" }];
    const yes = sampleDecision("A1", { state: "approved", remembered });
    const asked = ["db/[a] *b/2.sql", "db/[a] *b/sub/3.sql", "db/a/4.sql"].map((path, i) =>
      sampleDecision(`A${i + 2}`, { kind: "approval", evidence: [`database_migrations: ${path}`] }),
    );
    const decisions = new Map([yes, ...asked].map((one) => [one.id, one]));
    expect(alike({ ...emptyState(), decisions }, yes)).toEqual(["A2", "A3"]);
  });
});
