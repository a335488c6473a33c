/** For tests: what every planner promises, run over each of them. */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { checkPlan } from "../check.ts";
import { builtParser } from "../read/built-parser.ts";
import { quoteOf } from "../read/document.ts";
import { readDocument } from "../read/read-document.ts";
import { extractRequirements } from "../requirements.ts";
import type { PlanInput, Planner, PlanProgress } from "./planner.ts";

/** Runs the contract over one planner, on a specification with stories and numbered requirements. */
export function plannerContract(name: string, planner: () => Planner): void {
  describe(`${name} keeps the contract of planners`, () => {
    let input: PlanInput;
    beforeAll(async () => {
      const cwd = fileURLToPath(new URL("../fixtures/", import.meta.url));
      const documents = [await readDocument("reminders-spec.md", { parser: await builtParser(), cwd })];
      input = { documents, requirements: extractRequirements(documents).requirements, maxDepth: 2 };
    });

    it("answers tasks with unique keys, parents before children, no deeper than asked, without errors or gaps", async () => {
      const draft = await planner().plan(input);
      const seen = new Set<string>();
      for (const task of draft.tasks) {
        expect(seen.has(task.key)).toBe(false);
        expect(task.parent === null || seen.has(task.parent)).toBe(true);
        seen.add(task.key);
      }
      const requirements = [...input.requirements, ...draft.requirements];
      const problems = checkPlan({ tasks: draft.tasks, requirements }, { maxDepth: input.maxDepth });
      expect(problems.filter(({ severity }) => severity !== "warning")).toEqual([]);
    });

    it("quotes only what is in the documents, byte for byte, and is not sure of what it cannot quote", async () => {
      const draft = await planner().plan(input);
      for (const { source, quote, confidence } of draft.tasks) {
        if (quote === null) {
          expect(source).toBeNull();
          expect(confidence).toBe("low");
          continue;
        }
        const [, first = "", last = first] = /#L(\d+)(?:-(\d+))?$/.exec(source ?? "") ?? [];
        expect(quote).toBe(quoteOf(input.documents[0]!, { first: Number(first), last: Number(last) }));
      }
    });

    it("keeps to one level when asked for one", async () => {
      const draft = await planner().plan({ ...input, maxDepth: 1 });
      expect(draft.tasks.every(({ parent }) => parent === null)).toBe(true);
    });

    it("gives the same keys for the same input, and tells how far it is", async () => {
      const told: PlanProgress[] = [];
      const one = await planner().plan({ ...input, onProgress: (progress) => told.push(progress) });
      const two = await planner().plan(input);
      expect(two.tasks.map(({ key }) => key)).toEqual(one.tasks.map(({ key }) => key));
      expect(told.at(-1)?.tasks).toBe(one.tasks.length);
    });
  });
}
