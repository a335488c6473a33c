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

describe("a document with one requirement added, one removed, one changed", () => {
  it("differs by exactly that, and what is only worded anew keeps its id and key", async () => {
    const before = await planned(PRD);
    const after = rebasePlan(before, await planned(CHANGED));
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
    expect(rebasePlan(before, await planned(PRD))).toEqual(before);
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
    const after = rebasePlan(before, await planned(CHANGED));
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
    const after = rebasePlan(before, await planned(CHANGED));
    expect(after.tasks.some(({ key }) => key === cart)).toBe(false);
    expect(after.questions).toEqual([]);
    expect(told(before, after).tasks.map((line) => line.slice(0, 2))).toEqual(["+ ", "~ "]);
  });
});
