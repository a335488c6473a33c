import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { leavesOf, type Plan } from "../../../model/plan.ts";
import { checkPlan } from "../../check.ts";
import { decompose } from "../../decompose.ts";
import { builtParser } from "../../read/built-parser.ts";
import type { ParserCommand } from "../../read/parse-in-child.ts";
import { readDocument } from "../../read/read-document.ts";
import { outlinePlanner } from "./outline.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let parser: ParserCommand;
beforeAll(async () => {
  parser = await builtParser();
});

const planOf = async (...paths: string[]): Promise<Plan> =>
  (await decompose({ paths, cwd: fixtures, planner: outlinePlanner, parser, maxDepth: 3 })).plan;
const titled = (plan: Plan, title: string) => {
  const task = plan.tasks.find((one) => one.title === title);
  if (task === undefined)
    throw new Error(`no task "${title}" among: ${plan.tasks.map((one) => one.title).join(" | ")}`);
  return task;
};
const under = (plan: Plan, title: string) =>
  plan.tasks.filter((task) => task.parent === titled(plan, title).key).map((task) => task.title);

describe("a requirements document with features, options and phases", () => {
  it("makes each numbered component a task with a task for each of its points", async () => {
    const plan = await planOf("parcel-desk.md");
    expect(under(plan, "Labels")).toEqual(["Address Reader", "Rate Finder", "Label Printer"]);
    expect(under(plan, "Tracking")).toEqual(["Event Collector", "Customer Messages", "Decision Engine"]);
    expect(under(plan, "Decision Engine")).toEqual([
      "Detect lost parcels",
      "Propose a refund",
      "Escalate what is expensive",
    ]);
    expect(under(plan, "Address Reader")).toHaveLength(3);
  });

  it("makes nothing of options, pros and cons, code, challenges, metrics and later ideas, and says what it left out", async () => {
    const plan = await planOf("parcel-desk.md");
    const titles = plan.tasks.map((task) => task.title).join("\n");
    for (const word of [
      "One thing to install",
      "Slows down",
      "not a task",
      "Carriers are down",
      "per day",
      "Returns portal",
      "Buy labels",
      "Choose a carrier",
    ]) {
      expect(titles).not.toContain(word);
    }
    expect(plan.left_out?.map(({ title, items }) => [title, items])).toEqual([
      ["Architectural Decision: Own Service vs Plugin", 8],
      ["Vision", 2],
      ["Overview", 2],
      ["Overview", 2],
      ["Key Challenges and Solutions", 2],
      ["Success Metrics", 2],
      ["Future Enhancements", 2],
    ]);
  });

  it("puts each phase after the one before it", async () => {
    const plan = await planOf("parcel-desk.md");
    expect(titled(plan, "Phase 1: Foundation (MVP)").depends_on).toEqual([]);
    expect(titled(plan, "Phase 2: Automation").depends_on).toEqual([titled(plan, "Phase 1: Foundation (MVP)").key]);
    expect(titled(plan, "Phase 3: Intelligence").depends_on).toEqual([titled(plan, "Phase 2: Automation").key]);
  });

  it("keeps numbered sections that hold only code, with the code as their description", async () => {
    const plan = await planOf("parcel-desk.md");
    expect(under(plan, "Required Shop Changes")).toEqual(["Order Feed", "Status Hook"]);
    expect(titled(plan, "Order Feed").description).toContain("shop orders --follow");
  });

  it("quotes its source byte for byte, and is at most three deep and without errors", async () => {
    const document = await readDocument("parcel-desk.md", { parser, cwd: fixtures });
    const plan = await planOf("parcel-desk.md");
    for (const { source, quote } of [...plan.tasks, ...plan.requirements]) {
      const [, first = "", last = first] = /^parcel-desk\.md#L(\d+)(?:-(\d+))?$/.exec(source ?? "") ?? [];
      expect(quote).toBe(document.lines.slice(Number(first) - 1, Number(last)).join("\n"));
      expect(quote).not.toBe("");
    }
    expect(checkPlan(plan, { maxDepth: 3 }).filter(({ severity }) => severity !== "warning")).toEqual([]);
    expect(leavesOf(plan).length).toBeGreaterThanOrEqual(20);
  });

  it("gives the same keys on every run and after text was put in front", async () => {
    const one = await planOf("parcel-desk.md");
    expect((await planOf("parcel-desk.md")).tasks).toEqual(one.tasks);
    const text = await readFile(join(fixtures, "parcel-desk.md"), "utf8");
    const later = join(await mkdtemp(join(tmpdir(), "outline-")), "later.md");
    await writeFile(later, text.replace("## Vision", "## Background\n\nIt began in spring.\n\n## Vision"));
    expect((await planOf(later)).tasks.map(({ key }) => key)).toEqual(one.tasks.map(({ key }) => key));
    expect(titled(one, "Void a label within a day").key).toBe("labels.label-printer.void-a-label-within-a-day");
  });
});

describe("a document that is not quite as it should be", () => {
  const text = (...lines: readonly string[]): string => ["# Shop", "", "## Build", "", ...lines, ""].join("\n");
  const planOfText = async (...lines: readonly string[]): Promise<Plan> => {
    const file = join(await mkdtemp(join(tmpdir(), "outline-")), "shop.md");
    await writeFile(file, text(...lines));
    return planOf(file);
  };
  const asked = (plan: Plan) => plan.requirements.map(({ id, level, text: words }) => `${id} ${level} ${words}`);

  it.each([
    ["columns that say nothing", ["| a | b |", "|---|---|", "| R9 | It MUST fly |", "| R10 | blue |"]],
    ["no header", ["| R9 | It MUST fly |", "|---|---|"]],
    ["a column of texts", ["| ID | Text |", "|---|---|", "| R9 | It MUST fly |"]],
    [
      "columns of requirements, in an introduction",
      ["## Overview", "", "| ID | Requirement |", "|---|---|", "| R9 | It MUST fly |", "| R8 | blue |"],
    ],
  ])("loses no MUST in a table with %s", async (_, lines) => {
    const plan = await planOfText("- R1: The cart MUST keep its items", "", ...lines);
    expect(asked(plan)).toEqual(["R1 must The cart MUST keep its items", "R9 must It MUST fly"]);
    expect(plan.tasks.filter(({ requirements }) => requirements.includes("R9"))).toHaveLength(1);
  });

  it("says that an id is given twice, and what the second is called", async () => {
    const plan = await planOfText("- R1: The cart MUST keep its items", "- R1: The total MUST include tax");
    expect(plan.requirements.map(({ id }) => id)).toEqual(["R1", "R1-2"]);
    const twice = checkPlan(plan).filter(({ rule }) => rule === "id-twice");
    expect(twice).toMatchObject([{ severity: "warning", about: ["R1", "R1-2"] }]);
    expect(twice[0]?.message).toMatch(/^R1 is given twice: the one in .*shop\.md#L6 is called R1-2 here$/);
  });
});

describe("a checklist", () => {
  it("keeps ids as keys, ticks as done, paths as files and the order of what is not marked parallel", async () => {
    const plan = await planOf("reminders-tasks.md");
    const byKey = new Map(plan.tasks.map((task) => [task.key, task]));
    expect(leavesOf(plan).map((task) => [task.key, task.done])).toEqual([
      ["t001", true],
      ["t002", true],
      ["t003", true],
      ["t004", false],
      ["t005", false],
      ["t006", false],
      ["t007", false],
    ]);
    expect(byKey.get("t003")?.title).toBe("Create backend/src/models/reminder.py with the Reminder model");
    expect(byKey.get("t003")?.files).toEqual(["backend/src/models/reminder.py"]);
    expect(byKey.get("t005")?.depends_on).toEqual(["t003", "t004"]);
    expect(byKey.get("t007")?.depends_on).toEqual(["t006"]);
    expect(byKey.get("t006")?.depends_on).toEqual(["t003"]);
    expect(byKey.get("phase-3-polish")?.depends_on).toEqual(["phase-2-user-story-1-set-a"]);
    expect(byKey.get("phase-1-setup")?.done).toBe(true);
  });
});

describe("a specification beside a checklist", () => {
  it("makes nothing twice: stories go to their groups, and what names the same code is served by the checklist", async () => {
    const dir = await mkdtemp(join(tmpdir(), "outline-"));
    await writeFile(
      join(dir, "spec.md"),
      [
        "# Spec",
        "",
        "### User Story 1 - Print labels (Priority: P1)",
        "",
        "As a clerk, I want labels, so that parcels arrive.",
        "",
        "**Acceptance Scenarios**:",
        "",
        "1. **Given** an address, **When** I print, **Then** a label comes out",
        "",
        "## Requirements",
        "",
        "- **FR-001**: The desk MUST have a `LabelPrinter`.",
        "- **FR-002**: The desk MUST weigh parcels.",
      ].join("\n"),
    );
    await writeFile(
      join(dir, "tasks.md"),
      [
        "# Tasks",
        "",
        "## Phase 1: User Story 1 - Print labels",
        "",
        "- [x] T001 [US1] Implement `LabelPrinter` in `src/printer.ts`",
        "- [ ] T002 [US1] Draw the label",
      ].join("\n"),
    );
    const plan = await planOf(join(dir, "spec.md"), join(dir, "tasks.md"));
    expect(leavesOf(plan).map(({ title, requirements, done }) => [title, requirements, done])).toEqual([
      ["The desk MUST weigh parcels", ["FR-002"], false],
      ["Implement LabelPrinter in src/printer.ts", ["US1", "FR-001"], true],
      ["Draw the label", ["US1"], false],
    ]);
    expect(titled(plan, "Phase 1: User Story 1 - Print labels").acceptance).toHaveLength(1);
    expect(plan.assumptions).toEqual(["FR-001 is done with T001: both name LabelPrinter"]);
    expect(checkPlan(plan).filter(({ severity }) => severity !== "warning")).toEqual([]);
  });
});

describe("tickets in a document", () => {
  it("say once what a requirement with an id below them asks for", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "outline-")), "nested.md");
    await writeFile(
      file,
      "## Crawl\n\n- **R1** Parse links. It MUST find them.\n  - R2: Pages MUST be read too\n  - It is quick\n",
    );
    const plan = await planOf(file);
    expect(titled(plan, "Parse links").acceptance.map(({ text }) => text)).toEqual([
      "R2: Pages MUST be read too",
      "It is quick",
    ]);
    expect(titled(plan, "Parse links").requirements).toEqual(["R1", "R2"]);
  });

  it("have their ids, priorities, order and acceptance", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "outline-")), "tickets.md");
    await writeFile(
      file,
      [
        "# Backlog",
        "",
        "## Epic: Checkout",
        "",
        "### SHOP-101: Show delivery dates",
        "",
        "**Priority:** High",
        "**Depends on:** SHOP-100",
        "",
        "As a customer, I want to see when my parcel arrives.",
        "",
        "Acceptance criteria:",
        "",
        "- The date is shown in the cart",
        "",
        "### SHOP-100 Address book",
        "",
        "- **Entries**: Customers keep addresses",
        "  - Acceptance criteria:",
        "    - Ten can be kept",
        "    - After 5 attempts to keep more, help is offered",
        "- Import (nice to have)",
        "",
        "### SHOP-102 Pay by invoice (blocked by SHOP-101)",
        "",
        "Customers pay within 14 days, in UTF-8 letters.",
        "",
        "## Timeline",
        "",
        "| Milestone | Deliverable |",
        "|---|---|",
        "| M1 | Checkout |",
      ].join("\n"),
    );
    const plan = await planOf(file);
    const byKey = new Map(plan.tasks.map((task) => [task.key, task]));
    expect(byKey.get("shop-101")).toMatchObject({
      title: "Show delivery dates",
      priority: "high",
      depends_on: ["shop-100"],
      requirements: ["SHOP-101"],
      acceptance: [{ text: "The date is shown in the cart" }],
    });
    expect(byKey.get("shop-102")).toMatchObject({ title: "Pay by invoice", depends_on: ["shop-101"] });
    expect(titled(plan, "Entries: Customers keep addresses").acceptance.map(({ text }) => text)).toEqual([
      "Ten can be kept",
      "After 5 attempts to keep more, help is offered",
    ]);
    expect(titled(plan, "Import").priority).toBe("low");
    expect(plan.requirements.find(({ text }) => text === "Import")?.level).toBe("may");
    expect(plan.requirements.find(({ text }) => text.startsWith("Entries"))?.acceptance).toHaveLength(2);
    expect(plan.tasks.filter(({ title }) => title === "Checkout")).toHaveLength(1);
  });
});

describe("a document about how tasks will be made", () => {
  it("makes tasks of the listed ones, in the order of their own lists, after what blocks everything else", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "outline-")), "plan.md");
    await writeFile(
      file,
      [
        "# Plan",
        "",
        "*Prerequisites: research.md complete*",
        "",
        "## Phase 1: Design",
        "",
        "### Entities → data-model.md",
        "",
        "1. Parcel - a thing with an address",
        "",
        "## Phase 2: Tasks",
        "",
        "1. **Setup** (2 tasks):",
        "   - T001 Create the folders",
        "   - T002 [P] Add the linter",
        "2. **Desk** (3 tasks):",
        "   - **Reader** (1 task):",
        "     - T003 Read addresses",
        "   - **Printer** (2 tasks):",
        "     - T004 Print labels",
        "     - T005 Print lists",
        "",
        "**Ordering**:",
        "",
        "- Setup (T001-T002) blocks everything else",
        "- T003 blocks T005",
        "",
        "## Phase 3+: Growth",
        "*These phases are beyond the scope of this plan*",
        "",
        "- Open a second desk",
        "",
        "## Components",
        "",
        "### 1.1 Dependency Analysis",
        "",
        "- Find what waits for what",
      ].join("\n"),
    );
    const plan = await planOf(file);
    const leaves = leavesOf(plan).map(
      ({ key, depends_on }) => `${key.split(".").at(-1)} after ${depends_on.join(" ") || "-"}`,
    );
    expect(leaves).toEqual([
      "t001 after -",
      "t002 after -",
      "t003 after t001 t002",
      "t004 after t001 t002",
      "t005 after t003 t004",
      "find-what-waits-for-what after t001 t002",
    ]);
    expect(plan.questions).toEqual([]);
    expect(plan.tasks.flatMap(({ questions }) => questions)).toEqual([]);
  });
});

describe("a specification with stories and numbered requirements", () => {
  it("makes stories tasks with their scenarios and priorities, requirements tasks by their ids", async () => {
    const plan = await planOf("reminders-spec.md");
    expect(titled(plan, "Set a reminder")).toMatchObject({ key: "us1", priority: "high", requirements: ["US1"] });
    expect(titled(plan, "Set a reminder").acceptance).toHaveLength(2);
    expect(titled(plan, "Repeat a reminder").priority).toBe("low");
    expect(titled(plan, "Keep reminders over a restart")).toMatchObject({ key: "fr-001", requirements: ["FR-001"] });
    expect(titled(plan, "The system MUST NOT tell the same reminder twice").key).toBe("fr-002");
    expect(titled(plan, "Answers within 200 ms")).toMatchObject({
      key: "nfr-1",
      priority: "high",
      acceptance: [{ text: "p95 measured over 1,000 calls", proof: null }],
    });
    expect(plan.requirements.map(({ id, level }) => `${id} ${level}`)).toEqual([
      "US1 must",
      "US2 should",
      "FR-001 must",
      "FR-002 must",
      "FR-003 should",
      "NFR-1 must",
      "NFR-2 may",
      "SC-001 must",
      "SC-002 must",
    ]);
    expect(plan.non_goals).toEqual(["Sharing reminders", "A mobile app"]);
    expect(plan.questions).toEqual(["Which time zone counts?"]);
  });

  it("makes one last task of the success criteria, after everything else", async () => {
    const plan = await planOf("reminders-spec.md");
    const last = titled(plan, "Meet the success criteria");
    expect(last.acceptance).toHaveLength(2);
    expect(last.requirements).toEqual(["SC-001", "SC-002"]);
    expect(last.depends_on).toEqual(["us1", "us2", "functional-requirements"]);
  });

  it("leaves the stories out as tasks when a checklist serves them, and covers them by it", async () => {
    const plan = await planOf("reminders-spec.md", "reminders-tasks.md");
    expect(plan.tasks.some(({ key }) => key === "us1")).toBe(false);
    expect(plan.tasks.find(({ key }) => key === "t004")?.requirements).toEqual(["US1"]);
    expect(plan.tasks.some(({ key }) => key === "us2")).toBe(true);
    expect(checkPlan(plan).filter(({ severity }) => severity !== "warning")).toEqual([]);
  });
});
