import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../../model/plan.ts";
import { checkPlan } from "../../check.ts";
import { decompose } from "../../decompose.ts";
import { builtParser } from "../../read/built-parser.ts";
import type { ParserCommand } from "../../read/parse-in-child.ts";
import { type Expected, readExpected, type Score, scoreLinks, scoreRequirements, scoreTasks } from "./expected-plan.ts";
import { outlinePlanner } from "./outline.ts";

const prds = fileURLToPath(new URL("../../../../../../examples/prds/", import.meta.url));
let parser: ParserCommand;
beforeAll(async () => {
  parser = await builtParser();
});
const planOf = async (path: string): Promise<Plan> =>
  (await decompose({ paths: [path], cwd: prds, planner: outlinePlanner, parser, maxDepth: 3 })).plan;

const told: string[] = [];
const tell = (what: string, { expected, missed, extra }: Score): void => {
  told.push(`${what}: ${expected - missed.length} of ${expected}, ${extra.length} besides`);
  for (const one of missed) told.push(`    missed  ${one}`);
  for (const one of extra) told.push(`    besides ${one}`);
};
afterAll(() => console.log(told.join("\n")));

describe.each(["room-booking.md", "shared-ledger.md", "feed-relay.txt", "photo-backup-tasks.md", "visitor-badges.pdf"])(
  "%s, as a careful reader reads it",
  (document) => {
    const name = document.replace(/\.\w+$/, "");
    let plan: Plan;
    let expected: Expected;
    beforeAll(async () => {
      expected = await readExpected(join(prds, `${name}.expected.yaml`));
      plan = await planOf(document);
    });

    it.each([
      { what: "requirements", scored: scoreRequirements },
      { what: "tasks", scored: scoreTasks },
      { what: "links", scored: scoreLinks },
    ])("has at least 80 % of the $what, and at most 20 % besides", ({ what, scored }) => {
      const score = scored(plan, expected);
      tell(`${document} ${what}`, score);
      expect(score.missed.length, score.missed.join("\n")).toBeLessThanOrEqual(score.expected * 0.2);
      expect(score.extra.length, score.extra.join("\n")).toBeLessThanOrEqual(score.expected * 0.2);
    });

    it("has the non-goals, the open questions and what is hidden", () => {
      expect({
        non_goals: plan.non_goals.length,
        questions: plan.questions.length,
        hidden: plan.hidden?.length ?? 0,
      }).toEqual({ non_goals: expected.non_goals, questions: expected.questions, hidden: expected.hidden ?? 0 });
    });

    it("has a task for every MUST, and no error", () => {
      expect(checkPlan(plan, { maxDepth: 3 }).filter(({ severity }) => severity !== "warning")).toEqual([]);
    });

    it("is the same on a second run", async () => {
      expect(await planOf(document)).toEqual(plan);
    });
  },
);

describe("a document that is edited elsewhere", () => {
  it.each(["room-booking.md", "shared-ledger.md", "feed-relay.txt", "photo-backup-tasks.md"])(
    "keeps every id and key of %s",
    async (document) => {
      const before = await planOf(document);
      const text = await readFile(join(prds, document), "utf8");
      const edited = join(await mkdtemp(join(tmpdir(), "edited-")), document);
      const [first = "", ...rest] = text.split(/\n\n(?=\S)/);
      await writeFile(
        edited,
        [first, "Some words that were not there before.", ...rest, "Notes\n=====\n\nMore.\n"].join("\n\n"),
      );
      const after = await planOf(edited);
      expect(after.requirements.map(({ id }) => id)).toEqual(before.requirements.map(({ id }) => id));
      expect(after.tasks.map(({ key, parent, depends_on }) => ({ key, parent, depends_on }))).toEqual(
        before.tasks.map(({ key, parent, depends_on }) => ({ key, parent, depends_on })),
      );
    },
  );
});

it("makes a plan of a thousand requirements, and says how long it took", async () => {
  const sections = Array.from({ length: 50 }, (_, section) => [
    `## Feature ${section + 1}: Part ${section + 1}`,
    "",
    ...Array.from(
      { length: 20 },
      (_, n) =>
        `- **FR-${section * 20 + n + 1}**: The system MUST keep record ${section * 20 + n + 1} of part ${section + 1}` +
        (n > 0 ? `, after FR-${section * 20 + n}` : ""),
    ),
    "",
  ]).flat();
  const file = join(await mkdtemp(join(tmpdir(), "large-")), "large.md");
  await writeFile(file, ["# Large", "", ...sections].join("\n"));
  const start = performance.now();
  const cpu = process.cpuUsage();
  const plan = await planOf(file);
  const { user, system } = process.cpuUsage(cpu);
  told.push(
    `1,000 requirements: ${Math.round(performance.now() - start)} ms, ${Math.round((user + system) / 1000)} ms of a processor beside the parser's, ${plan.tasks.length} tasks`,
  );
  expect(plan.requirements).toHaveLength(1_000);
  expect(plan.tasks).toHaveLength(1_050);
  expect(plan.tasks.filter(({ depends_on }) => depends_on.length > 0)).toHaveLength(950);
});
