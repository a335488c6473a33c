import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, PlanTask } from "../model/plan.ts";
import { checkPlan, errorsOf } from "./check.ts";
import { EDITABLE, editPlan, type PlanEdit } from "./edit-plan.ts";
import { doEdit, redoEdit, startEditing, undoEdit } from "./editing.ts";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";
import { inTreeOrder } from "./tree-order.ts";

const plan = samplePlan(
  [
    sampleTask("crawl"),
    sampleTask("links", { parent: "crawl", requirements: ["R1"], estimate_minutes: 30, files: ["a.ts"] }),
    sampleTask("limit", {
      parent: "crawl",
      depends_on: ["links"],
      acceptance: [
        { text: "at most 4", proof: "limit.test" },
        { text: "a flag", proof: null },
      ],
      requirements: ["R2"],
      estimate_minutes: 10,
      priority: "high",
      questions: ["Which?"],
    }),
    sampleTask("report"),
    sampleTask("table", { parent: "report", depends_on: ["limit"] }),
    sampleTask("cache", { parent: "report", depends_on: ["table"] }),
  ],
  { requirements: [sampleRequirement("R1"), sampleRequirement("R2")], questions: ["Who pays?"] },
);

const withExtra = (): Plan => ({ ...plan, tasks: [...plan.tasks, sampleTask("extra")] });
const edited = (edit: PlanEdit, from: Plan = plan): Plan => {
  const result = editPlan(from, edit);
  if (result.outcome === "refused") throw new Error(result.reason);
  return result.plan;
};
const refused = (edit: PlanEdit, from: Plan = plan): string => {
  const result = editPlan(from, edit);
  return result.outcome === "refused" ? result.reason : "it was not refused";
};
const task = (from: Plan, key: string): PlanTask => from.tasks.find((one) => one.key === key)!;
const keys = (from: Plan): string =>
  inTreeOrder(from.tasks)
    .map(({ key }) => key)
    .join(" ");

describe("an edit", () => {
  it("sets a field, and says which value it does not take", () => {
    expect(task(edited({ kind: "set", task: "links", field: "title", value: "Find links" }), "links").title).toBe(
      "Find links",
    );
    expect(
      task(edited({ kind: "set", task: "links", field: "acceptance", value: ["it works"] }), "links").acceptance,
    ).toEqual([{ text: "it works", proof: null }]);
    expect(refused({ kind: "set", task: "links", field: "complexity", value: 11 })).toMatch(/complexity of links/);
    expect(refused({ kind: "set", task: "links", field: "title", value: " " })).toBe("links has no title");
    expect(refused({ kind: "set", task: "nope", field: "title", value: "x" })).toBe("there is no task nope");
  });

  it("adds a task for a requirement, last in its group", () => {
    const next = edited({ kind: "add", title: "Print as JSON", parent: "report", requirements: ["R1"] });
    expect(keys(next)).toBe("crawl links limit report table cache report.print-as-json");
    expect(edited({ kind: "add", title: "Print as JSON", parent: "report" }, next).tasks.at(-1)?.key).toBe(
      "report.print-as-json-2",
    );
    expect(refused({ kind: "add", title: "x", parent: null, requirements: ["R9"] })).toMatch(
      /serves R9, which does not exist/,
    );
  });

  it("merges tasks: nothing that they said is lost, and who waited for one waits for the whole", () => {
    const next = edited({ kind: "merge", tasks: ["links", "limit"] });
    expect(task(next, "links")).toMatchObject({
      title: "Title of links",
      requirements: ["R1", "R2"],
      acceptance: plan.tasks[2]!.acceptance,
      depends_on: [],
      estimate_minutes: 40,
      priority: "high",
      questions: ["Which?"],
    });
    expect(task(next, "table").depends_on).toEqual(["links"]);
    expect(keys(next)).toBe("crawl links report table cache");
    expect(refused({ kind: "merge", tasks: ["links", "crawl"] })).toMatch(/links is part of crawl/);
    expect(refused({ kind: "merge", tasks: ["links"] })).toMatch(/two tasks/);
    // What stands between the two would wait for itself.
    expect(refused({ kind: "merge", tasks: ["links", "cache"] })).toMatch(/wait for each other/);
  });

  it("splits a task into a group, with its acceptance shared out", () => {
    const next = edited({
      kind: "split",
      task: "limit",
      parts: [{ title: "Queue" }, { title: "Flag", acceptance: [1] }],
      chained: true,
    });
    expect(task(next, "limit")).toMatchObject({ depends_on: ["links"], acceptance: [], requirements: [] });
    expect(task(next, "limit.queue")).toMatchObject({
      requirements: ["R2"],
      acceptance: [{ text: "at most 4" }],
      questions: ["Which?"],
    });
    expect(task(next, "limit.flag")).toMatchObject({
      depends_on: ["limit.queue"],
      acceptance: [{ text: "a flag" }],
      questions: [],
    });
    expect(checkPlan(next).filter(({ severity }) => severity === "gap")).toEqual([]);
    expect(refused({ kind: "split", task: "crawl", parts: [{ title: "a" }, { title: "b" }] })).toMatch(/is a group/);
    expect(refused({ kind: "split", task: "links", parts: [{ title: "a", acceptance: [4] }, { title: "b" }] })).toMatch(
      /no acceptance item 5/,
    );
  });

  it("drops a task with what is under it, and keeps the order of the others", () => {
    const next = edited({ kind: "drop", task: "limit" });
    expect(task(next, "table").depends_on).toEqual(["links"]);
    expect(keys(edited({ kind: "drop", task: "crawl" }))).toBe("report table cache");
    const waiting = edited({ kind: "add-dependency", task: "crawl", on: "extra" }, withExtra());
    expect(task(edited({ kind: "drop", task: "crawl" }, waiting), "table").depends_on).toEqual(["extra"]);
    const within = edited({ kind: "add-dependency", task: "links", on: "extra" }, withExtra());
    expect(task(edited({ kind: "drop", task: "crawl" }, within), "table").depends_on).toEqual(["extra"]);
    expect(refused({ kind: "drop", task: "crawl" }, edited({ kind: "drop", task: "report" }))).toBe(
      "the plan has no tasks",
    );
  });

  it("reorders among siblings only", () => {
    expect(keys(edited({ kind: "reorder", task: "report", before: "crawl" }))).toBe(
      "report table cache crawl links limit",
    );
    expect(keys(edited({ kind: "reorder", task: "links", before: null }))).toBe("crawl limit links report table cache");
    expect(refused({ kind: "reorder", task: "links", before: "table" })).toMatch(/another group/);
  });

  it("adds and removes dependencies, and names the cycle it does not make", () => {
    expect(task(edited({ kind: "add-dependency", task: "cache", on: "links" }), "cache").depends_on).toEqual([
      "table",
      "links",
    ]);
    expect(task(edited({ kind: "remove-dependency", task: "cache", on: "table" }), "cache").depends_on).toEqual([]);
    expect(refused({ kind: "add-dependency", task: "links", on: "cache" })).toMatch(
      /^these wait for each other: .*links > /,
    );
    expect(refused({ kind: "add-dependency", task: "links", on: "crawl" })).toMatch(/one is part of the other/);
    expect(refused({ kind: "remove-dependency", task: "links", on: "cache" })).toMatch(/does not depend/);
  });

  it("moves a task into another group", () => {
    const next = edited({ kind: "reparent", task: "limit", parent: "report" });
    expect(keys(next)).toBe("crawl links report table cache limit");
    expect(keys(edited({ kind: "reparent", task: "table", parent: null }))).toBe(
      "crawl links limit report cache table",
    );
    expect(refused({ kind: "reparent", task: "crawl", parent: "links" })).toBe("links is part of crawl");
  });

  it("settles a question, and the answer stays with task and plan", () => {
    const next = edited({ kind: "answer", task: "limit", question: 0, answer: "The second." });
    expect(task(next, "limit")).toMatchObject({ questions: [], description: "Which? The second." });
    expect(edited({ kind: "answer", task: null, question: 0, answer: "We do." })).toMatchObject({
      questions: [],
      assumptions: ["Who pays? We do."],
    });
    expect(refused({ kind: "answer", task: null, question: 3, answer: "x" })).toBe("there is no question 4");
  });

  it("can repair a plan that has errors", () => {
    const broken = samplePlan([sampleTask("a", { depends_on: ["x"] }), sampleTask("b", { parent: "nowhere" })]);
    const next = edited({ kind: "remove-dependency", task: "a", on: "x" }, broken);
    expect(errorsOf(edited({ kind: "reparent", task: "b", parent: null }, next))).toEqual([]);
  });
});

describe("editing", () => {
  const key = fc.constantFrom(...plan.tasks.map((one) => one.key), "nope");
  const edit: fc.Arbitrary<PlanEdit> = fc.oneof(
    fc.record({
      kind: fc.constant("set" as const),
      task: key,
      field: fc.constantFrom(...EDITABLE),
      value: fc.constantFrom("x", 3, null, [], true),
    }),
    fc.record({ kind: fc.constant("add" as const), title: fc.constantFrom("New", "New", ""), parent: fc.option(key) }),
    fc.record({ kind: fc.constant("merge" as const), tasks: fc.array(key, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("split" as const),
      task: key,
      parts: fc.constant([{ title: "One" }, { title: "Two" }]),
      chained: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("drop" as const), task: key }),
    fc.record({ kind: fc.constant("reorder" as const), task: key, before: fc.option(key) }),
    fc.record({ kind: fc.constant("add-dependency" as const), task: key, on: key }),
    fc.record({ kind: fc.constant("remove-dependency" as const), task: key, on: key }),
    fc.record({ kind: fc.constant("reparent" as const), task: key, parent: fc.option(key) }),
    fc.record({
      kind: fc.constant("answer" as const),
      task: fc.option(key),
      question: fc.nat(1),
      answer: fc.constant("Yes."),
    }),
  );

  it("keeps a sound plan sound whatever is done, and undo leads back step by step to where it began", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        let editing = startEditing(plan);
        const seen = [plan];
        for (const one of edits) {
          const result = doEdit(editing, one);
          if (result.outcome === "refused") {
            expect(result.reason).not.toBe("");
            continue;
          }
          editing = result.editing;
          expect(errorsOf(editing.plan)).toEqual([]);
          seen.push(editing.plan);
        }
        const last = editing.plan;
        for (let back = undoEdit(editing); back !== null; back = undoEdit(editing)) {
          seen.pop();
          expect(back.plan).toBe(seen.at(-1));
          editing = back;
        }
        expect(editing.plan).toBe(plan);
        for (let on = redoEdit(editing); on !== null; on = redoEdit(editing)) editing = on;
        expect(editing.plan).toBe(last);
      }),
      { numRuns: 300 },
    );
  });
});
