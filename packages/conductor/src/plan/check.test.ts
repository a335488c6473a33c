import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlanTask } from "../model/plan.ts";
import { checkPlan } from "./check.ts";
import { orderOf } from "./order.ts";
import { findCycle } from "./precedence.ts";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";

const found = (tasks: readonly PlanTask[], fields = {}) =>
  checkPlan(samplePlan(tasks, fields), { maxDepth: 3 }).map(
    ({ severity, rule, about }) => `${severity} ${rule} ${about.join(",")}`,
  );

describe("errors", () => {
  it.each<[string, PlanTask[], string]>([
    ["a key that two tasks have", [sampleTask("a"), sampleTask("a")], "error duplicate-key a"],
    ["a parent that does not exist", [sampleTask("a", { parent: "x" })], "error dangling-parent a"],
    ["a dependency that does not exist", [sampleTask("a", { depends_on: ["x"] })], "error dangling-dependency a,x"],
    [
      "a requirement that does not exist",
      [sampleTask("a", { requirements: ["R9"] })],
      "error dangling-requirement a,R9",
    ],
    ["a task that waits for itself", [sampleTask("a", { depends_on: ["a"] })], "error cycle a"],
    [
      "a task that waits for its parent",
      [sampleTask("a"), sampleTask("b", { parent: "a", depends_on: ["a"] })],
      "error hierarchy-dependency b,a",
    ],
    [
      "a group that waits for its part",
      [sampleTask("a", { depends_on: ["b"] }), sampleTask("b", { parent: "a" })],
      "error hierarchy-dependency a,b",
    ],
    ["a task without a title", [sampleTask("a", { title: " " })], "error no-title a"],
    ["a key that is none", [sampleTask("../a b")], "error bad-key ../a b"],
    ["a plan without tasks", [], "error empty "],
    [
      "a task too deep",
      [
        sampleTask("a"),
        sampleTask("b", { parent: "a" }),
        sampleTask("c", { parent: "b" }),
        sampleTask("d", { parent: "c" }),
      ],
      "error depth d",
    ],
    [
      "parents in a circle",
      [sampleTask("a", { parent: "b" }), sampleTask("b", { parent: "a" })],
      "error parent-cycle a",
    ],
  ])("names %s", (_, tasks, problem) => {
    expect(found(tasks)).toContain(problem);
  });

  it("names a cycle by its path in the order of waiting", () => {
    const tasks = [
      sampleTask("a", { depends_on: ["c"] }),
      sampleTask("b", { depends_on: ["a"] }),
      sampleTask("c", { depends_on: ["b"] }),
    ];
    const [cycle] = checkPlan(samplePlan(tasks));
    const path = cycle?.message.replace("these wait for each other: ", "").split(" > ") ?? [];
    expect(path).toHaveLength(4);
    for (const [index, key] of path.slice(0, -1).entries()) {
      expect(tasks.find((task) => task.key === key)?.depends_on).toContain(path[index + 1]);
    }
  });

  it("names every cycle, also beside a dependency on a task's own group", () => {
    const tasks = [
      sampleTask("a", { depends_on: ["b"] }),
      sampleTask("b", { depends_on: ["a"] }),
      sampleTask("c", { depends_on: ["d", "c"] }),
      sampleTask("d", { depends_on: ["c"] }),
      sampleTask("g"),
      sampleTask("g.x", { parent: "g", depends_on: ["g"] }),
    ];
    const errors = checkPlan(samplePlan(tasks)).filter(({ severity }) => severity === "error");
    expect(errors.map(({ rule, about }) => `${rule} ${about.toSorted().join(" ")}`)).toEqual([
      "cycle c",
      "hierarchy-dependency g g.x",
      "cycle a b",
      "cycle c d",
    ]);
  });

  it("sees a cycle that runs through groups only", () => {
    const tasks = [
      sampleTask("one", { depends_on: ["two"] }),
      sampleTask("one.a", { parent: "one" }),
      sampleTask("two"),
      sampleTask("two.a", { parent: "two", depends_on: ["one.a"] }),
    ];
    expect(found(tasks)[0]).toMatch(/^error cycle /);
  });
});

describe("coverage", () => {
  const requirements = [
    sampleRequirement("R1"),
    sampleRequirement("R2", { level: "should" }),
    sampleRequirement("R3", { level: "may" }),
  ];
  it("is a gap for a MUST, a warning for a SHOULD, nothing for a MAY", () => {
    expect(found([sampleTask("a")], { requirements })).toEqual([
      "gap uncovered-must R1",
      "warning uncovered-should R2",
    ]);
  });
  it("warns of a task that nothing asks for", () => {
    expect(found([sampleTask("a", { source: null, quote: null })])).toEqual(["warning unfounded a"]);
  });
});

describe("warnings", () => {
  it("names a dependency that another brings about", () => {
    const tasks = [
      sampleTask("a"),
      sampleTask("b", { depends_on: ["a"] }),
      sampleTask("c", { depends_on: ["a", "b"] }),
    ];
    expect(found(tasks)).toEqual(["warning redundant-dependency c,a"]);
  });
  it("names titles that sound the same", () => {
    const tasks = [
      sampleTask("a", { title: "Cache results between runs" }),
      sampleTask("b", { title: "Caching the result between runs" }),
      sampleTask("c", { title: "Print results" }),
    ];
    expect(found(tasks)).toEqual(["warning near-duplicate a,b"]);
  });
  it("names tasks that change one file with nothing between them, and not those in order, done, or in a folder", () => {
    const files = ["src/a.ts", "src/"];
    const titles = ["Alpha", "Beta", "Gamma", "Delta"].map((title) => ({ title, files }));
    expect(found([sampleTask("a", titles[0]), sampleTask("b", titles[1])])).toEqual(["warning clash a,b"]);
    expect(found([sampleTask("a", titles[0]), sampleTask("b", { ...titles[1], depends_on: ["a"] })])).toEqual([]);
    expect(found([sampleTask("a", { ...titles[0], done: true }), sampleTask("b", titles[1])])).toEqual([]);
  });
  it("names tasks whose globs can mean the same file", () => {
    const pairs: [string, string, boolean][] = [
      ["src/**", "src/a/b.ts", true],
      ["src/*.ts", "src/a.ts", true],
      ["src/*.ts", "src/a/b.ts", false],
      ["src/report/**", "src/*/table.ts", true],
      ["docs/**", "src/**", false],
      ["**/*.md", "docs/*.md", true],
      ["a?.ts", "ab.ts", true],
      ["src/{a,b}.ts", "src/c.js", false],
    ];
    for (const [one, other, clash] of pairs) {
      const tasks = [
        sampleTask("a", { title: "Alpha", files: [one] }),
        sampleTask("b", { title: "Beta", files: [other] }),
      ];
      expect([one, other, found(tasks)]).toEqual([one, other, clash ? ["warning clash a,b"] : []]);
    }
  });
  it("names open ends, vague words and MUSTs without acceptance", () => {
    const requirements = [
      sampleRequirement("R1", { text: "Retry a reasonable number of times", acceptance: [] }),
      sampleRequirement("R2", { text: "Limit: TBD" }),
    ];
    expect(found([sampleTask("a", { requirements: ["R1", "R2"] })], { requirements })).toEqual([
      "warning vague R1",
      "warning open-end R2",
      "warning no-acceptance R1",
    ]);
  });
});

describe("a finding", () => {
  it("has the place in the document and what to do, and a name that was nearly meant", () => {
    const [gap] = checkPlan(samplePlan([sampleTask("a")], { requirements: [sampleRequirement("R1")] }));
    expect(gap).toMatchObject({ address: "prd.md#L2", hint: expect.stringContaining("Add a task") });
    const [dangling] = checkPlan(samplePlan([sampleTask("report"), sampleTask("b", { depends_on: ["reprot"] })]));
    expect(dangling).toMatchObject({ message: expect.stringMatching(/did you mean report\?$/), address: "prd.md#L1" });
  });
  it("calls tasks as it is told to", () => {
    const tasks = [
      sampleTask("a"),
      sampleTask("b", { depends_on: ["a"] }),
      sampleTask("c", { depends_on: ["a", "b"] }),
    ];
    const [redundant] = checkPlan(samplePlan(tasks), { nameOf: (key) => ({ a: "1", b: "2", c: "3" })[key] ?? key });
    expect(redundant?.message).toBe("3 waits for 1 anyway");
  });
});

describe("quotes", () => {
  const tasks = [
    sampleTask("a", { title: "Alpha", source: "prd.md#L2-3", quote: "- one\n  more" }),
    sampleTask("b", { title: "Beta", source: "prd.md#L4", quote: "- two" }),
    sampleTask("c", { title: "Gamma", source: null, quote: null, requirements: ["R1"] }),
  ];
  const requirements = [sampleRequirement("R1", { source: "prd.md#L1", quote: "# PRD" })];
  const against = (...lines: readonly string[]) =>
    checkPlan(samplePlan(tasks, { requirements }), {
      sources: new Map([["prd.md", { kind: "read" as const, lines }]]),
    }).map(({ severity, rule, about }) => `${severity} ${rule} ${about.join(",")}`);
  it("that stand where they stood are nothing to speak of", () => {
    expect(against("# PRD", "- one", "  more", "- two")).toEqual([]);
  });
  it("that are gone are gaps, and those in other lines one warning", () => {
    expect(against("new", "# PRD", "- one", "  more", "- too")).toEqual([
      "gap stale-quote b",
      "warning moved-quote R1,a",
    ]);
  });
  it("that were changed in the plan, not in the document, want to be put back, and no update", () => {
    const source = { kind: "read" as const, lines: ["# PRD", "- one", "  more", "- too"], changed: false };
    const [found] = checkPlan(samplePlan(tasks, { requirements }), { sources: new Map([["prd.md", source]]) });
    expect(found).toMatchObject({
      severity: "gap",
      rule: "wrong-quote",
      about: ["b"],
      hint: expect.stringContaining("conductor plan review --edit"),
    });
  });
  it("are found by page and line in a document with pages, and what a non-goal rules out is said", () => {
    const tasks = [sampleTask("a", { source: "prd.pdf#p2L1", quote: "three", requirements: ["R1"] })];
    const requirements = [
      sampleRequirement("R1", { text: "Members send online payments", source: "prd.pdf#p1L2", quote: "two" }),
    ];
    const sources = new Map([["prd.pdf", { kind: "read" as const, lines: ["one", "two", "three"], pages: [1, 3] }]]);
    expect(checkPlan(samplePlan(tasks, { requirements }), { sources })).toEqual([]);
    const [unwanted] = checkPlan(samplePlan(tasks, { requirements, non_goals: ["Online payment"] }), { sources });
    expect(unwanted).toMatchObject({
      rule: "unwanted",
      about: ["R1"],
      address: "prd.pdf#p1L2",
      hint: expect.any(String),
    });
  });

  it("of a document that cannot be read are not compared, and that is said", () => {
    const sources = new Map([["prd.md", { kind: "missing" as const, reason: "it is not there" }]]);
    expect(checkPlan(samplePlan(tasks, { requirements }), { sources }).map(({ message }) => message)).toEqual([
      "what is quoted from prd.md cannot be compared: it is not there",
    ]);
  });
});

describe("order", () => {
  it("gives layers and a longest chain, with groups standing for their leaves and done tasks for nothing", () => {
    const tasks = [
      sampleTask("g"),
      sampleTask("g.a", { parent: "g" }),
      sampleTask("g.b", { parent: "g", depends_on: ["g.a"] }),
      sampleTask("h", { depends_on: ["g"] }),
      sampleTask("h.a", { parent: "h" }),
      sampleTask("old", { done: true }),
      sampleTask("free", { depends_on: ["old"] }),
    ];
    expect(orderOf(tasks)).toEqual({ layers: [["g.a", "free"], ["g.b"], ["h.a"]], longest: ["g.a", "g.b", "h.a"] });
  });

  const forest = fc
    .array(fc.record({ parent: fc.nat(), after: fc.array(fc.nat(), { maxLength: 3 }), root: fc.boolean() }), {
      minLength: 1,
      maxLength: 14,
    })
    .map((shapes) =>
      shapes.map(({ parent, after, root }, index) =>
        sampleTask(`t${index}`, {
          parent: root || index === 0 ? null : `t${parent % index}`,
          depends_on: [...new Set(after.map((n) => `t${n % shapes.length}`))],
        }),
      ),
    );

  it("exists exactly when there is no cycle, and then no leaf comes before what it waits for", () => {
    fc.assert(
      fc.property(forest, (tasks) => {
        const order = orderOf(tasks);
        expect(order === null).toBe(findCycle(tasks) !== null);
        if (order === null) return;
        const layer = new Map(order.layers.flatMap((keys, index) => keys.map((key) => [key, index] as const)));
        const parents = new Set(tasks.map(({ parent }) => parent));
        const byKey = new Map(tasks.map((task) => [task.key, task]));
        const leavesUnder = (key: string): string[] =>
          parents.has(key)
            ? tasks.filter(({ parent }) => parent === key).flatMap((child) => leavesUnder(child.key))
            : [key];
        for (const task of tasks) {
          for (const before of task.depends_on.flatMap(leavesUnder)) {
            for (const after of leavesUnder(task.key)) expect(layer.get(after)).toBeGreaterThan(layer.get(before) ?? 0);
          }
        }
        expect([...layer.keys()].sort()).toEqual([...byKey.keys()].filter((key) => !parents.has(key)).sort());
        expect(order.longest).toHaveLength(order.layers.length);
      }),
      { numRuns: 300 },
    );
  });
});
