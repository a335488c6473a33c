import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { checkPlan } from "./check.ts";
import { decompose } from "./decompose.ts";
import { diffPlans } from "./diff.ts";
import { editPlan, type PlanEdit } from "./edit-plan.ts";
import { outlinePlanner } from "./planners/outline/outline.ts";
import { builtParser } from "./read/built-parser.ts";
import { rebasePlan } from "./rebase.ts";
import { samplePlan, sampleRequirement, sampleTask } from "./sample-plan.ts";

const PRD = `# Shop

## Cart

- The cart must keep its items for thirty days
- The cart must show the total with tax
- The cart should warn before it is emptied

## Payment

- Payment must be refused when the card has expired
- Every payment must be written to the ledger

## Open questions

- Which currencies?
`;

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "rebase-"));
});
async function planned(text: string): Promise<Plan> {
  await writeFile(join(cwd, "prd.md"), text);
  const parser = await builtParser();
  return (await decompose({ paths: ["prd.md"], cwd, planner: outlinePlanner, parser, maxDepth: 3 })).plan;
}
const edited = (plan: Plan, ...edits: readonly PlanEdit[]): Plan =>
  edits.reduce((at, edit) => {
    const result = editPlan(at, edit);
    if (result.outcome === "refused") throw new Error(result.reason);
    return result.plan;
  }, plan);
const titled = (plan: Plan, words: string) =>
  plan.tasks.find(({ title, quote }) => `${title} ${quote}`.includes(words))!;
/** What differs, in words. */
const told = (before: Plan, after: Plan) => {
  const { requirements, tasks } = diffPlans(before, after);
  const of = (one: typeof requirements | typeof tasks) => [
    ...one.added.map((each) => `+ ${"text" in each ? each.text : each.title}`),
    ...one.removed.map((each) => `- ${"text" in each ? each.text : each.title}`),
    ...one.changed.map((each) => `~ ${"text" in each ? each.text : each.title}`),
  ];
  return { requirements: of(requirements), tasks: of(tasks) };
};

const CHANGED = PRD.replace("- The cart must show the total with tax\n", "")
  .replace("when the card has expired", "when the card has expired or is blocked")
  .replace("## Payment\n", "## Payment\n\n- Refunds must reach the customer within a week\n")
  .replace("# Shop\n", "# Shop\n\nA line more at the top.\n");

/** Where it was written down what was made before, and where it was not. */
describe.each([true, false])(
  "a document with one requirement added, one removed, one changed (known before: %s)",
  (known) => {
    const rebased = async (before: Plan, text: string): Promise<Plan> => {
      const made = await planned(PRD);
      return rebasePlan(before, await planned(text), known ? made : null).plan;
    };

    it("differs by exactly that, and what is only worded anew keeps its id and key", async () => {
      const before = await planned(PRD);
      const after = await rebased(before, CHANGED);
      const { requirements, tasks } = told(before, after);
      expect(requirements.map((line) => line.slice(0, 26))).toEqual([
        "+ Refunds must reach the c",
        "- The cart must show the t",
        "~ Payment must be refused ",
      ]);
      expect(tasks.map((line) => line.slice(0, 2))).toEqual(["+ ", "- ", "~ "]);
      const [changed] = diffPlans(before, after).requirements.changed;
      expect(before.requirements.some(({ id }) => id === changed?.id)).toBe(true);
      expect(after.id).toBe(before.id);
      expect(checkPlan(after).filter(({ severity }) => severity !== "warning")).toEqual([]);
    });

    it("changes nothing when nothing has changed, however often it is read", async () => {
      const before = await planned(PRD);
      expect(await rebased(before, PRD)).toEqual(before);
    });

    it("leaves what a person did where its words are the same", async () => {
      const draft = await planned(PRD);
      const ledger = titled(draft, "ledger").key;
      const warn = titled(draft, "warn before").key;
      const keep = titled(draft, "thirty days").key;
      const before = edited(
        draft,
        { kind: "set", task: ledger, field: "title", value: "Write the ledger" },
        { kind: "set", task: ledger, field: "priority", value: "critical" },
        { kind: "add", title: "Rent a server", parent: null },
        { kind: "add-dependency", task: ledger, on: "rent-a-server" },
        { kind: "merge", tasks: [keep, warn] },
      );
      const after = await rebased(before, CHANGED);
      expect(titled(after, "Write the ledger")).toMatchObject({
        key: ledger,
        priority: "critical",
        depends_on: ["rent-a-server"],
      });
      expect(after.tasks.some(({ key }) => key === warn)).toBe(false);
      expect(told(before, after).tasks.map((line) => line.slice(0, 2))).toEqual(["+ ", "- ", "~ "]);
      expect(checkPlan(after).filter(({ severity }) => severity !== "warning")).toEqual([]);
    });

    it("does not bring back what was dropped, nor ask again what was answered", async () => {
      const draft = await planned(PRD);
      const cart = draft.tasks.find(({ title }) => title === "Cart")!.key;
      const before = edited(
        draft,
        { kind: "drop", task: cart },
        ...draft.questions.map((): PlanEdit => ({ kind: "answer", task: null, question: 0, answer: "Euro." })),
      );
      const after = await rebased(before, CHANGED);
      expect(after.tasks.some(({ key }) => key === cart)).toBe(false);
      expect(after.questions).toEqual([]);
      expect(after.assumptions).toEqual(before.assumptions);
      expect(told(before, after).tasks.map((line) => line.slice(0, 2))).toEqual(["+ ", "~ "]);
    });

    it("follows what stands below a task although its own line is the same", async () => {
      const nested = PRD.replace(
        "- Every payment",
        "- **R9** Payments must be safe\n  - R10: They must be signed\n  - It is fast\n- Every payment",
      );
      const made = await planned(nested);
      const before = edited(made, { kind: "set", task: titled(made, "safe").key, field: "priority", value: "low" });
      const draft = await planned(nested.replace("  - R10: They must be signed\n", "  - R11: They must be sealed\n"));
      const { plan: after } = rebasePlan(before, draft, known ? made : null);
      expect(checkPlan(after).filter(({ severity }) => severity !== "warning")).toEqual([]);
      expect(after.requirements.map(({ id }) => id)).toContain("R11");
      expect(after.requirements.map(({ id }) => id)).not.toContain("R10");
      expect(titled(after, "safe").priority).toBe("low");
      expect(after.tasks.some(({ requirements }) => requirements.includes("R11"))).toBe(true);
    });
  },
);

describe("a task that a person added", () => {
  it.each([true, false])("serves no requirement any more that the documents dropped (known: %s)", (known) => {
    const [r1, r2] = [sampleRequirement("R1"), sampleRequirement("R2")];
    const made = samplePlan([sampleTask("a", { requirements: ["R1"] })], { requirements: [r1, r2] });
    const own = sampleTask("own", { requirements: ["R1", "R2"], quote: null, source: null });
    const standing = { ...made, tasks: [...made.tasks, own] };
    const { plan } = rebasePlan(standing, { ...made, requirements: [r1] }, known ? made : null);
    expect(plan.tasks.map(({ key, requirements }) => [key, requirements])).toEqual([
      ["a", ["R1"]],
      ["own", ["R1"]],
    ]);
  });
});

describe("an acceptance item whose proof alone has changed", () => {
  const withProof = (proof: string | null): Plan =>
    samplePlan([sampleTask("a", { acceptance: [{ text: "it runs", proof }] })]);
  const proofAfter = (before: string | null, standing: string | null, now: string | null): string | null | undefined =>
    rebasePlan(withProof(standing), withProof(now), withProof(before)).plan.tasks[0]?.acceptance[0]?.proof;

  it("follows the documents where people left it alone, and people where they did not", () => {
    expect(proofAfter(null, null, "npm test")).toBe("npm test");
    expect(proofAfter("npm test", "npm test", "npm run check")).toBe("npm run check");
    expect(proofAfter(null, "make it", "npm test")).toBe("make it");
  });
});

describe("a merge that knows what was made before", () => {
  it("takes new acceptance items, keeps proofs that people named, and takes away what the document took away", async () => {
    const text = (items: string): string => `# Shop\n\n## Pay\n\n- **R1** Payments must be safe\n${items}`;
    const made = await planned(text("  - They are signed\n  - They are fast\n"));
    const key = titled(made, "safe").key;
    const [signed] = titled(made, "safe").acceptance;
    const before = edited(made, {
      kind: "set",
      task: key,
      field: "acceptance",
      value: [{ ...signed, proof: "npm test" }, "They are fast", "By hand"],
    });
    const draft = await planned(text("  - They are signed\n  - They are logged\n"));
    const { plan: after, made: next } = rebasePlan(before, draft, made);
    expect(titled(after, "safe").acceptance).toEqual([
      { ...signed, proof: "npm test" },
      { text: "By hand", proof: null },
      { text: "They are logged", proof: null },
    ]);
    // Once more, nothing is left to do.
    expect(rebasePlan(after, draft, next).plan).toEqual(after);
  });
});
