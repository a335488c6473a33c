/** Documents of several styles in which lines went, came and changed places: what is made of the plan is sound. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { errorsOf } from "./check.ts";
import { decompose } from "./decompose.ts";
import { editPlan } from "./edit-plan.ts";
import { planFromYaml, planToYaml } from "./plan-yaml.ts";
import { outlinePlanner } from "./planners/outline/outline.ts";
import { builtParser } from "./read/built-parser.ts";
import type { ParserCommand } from "./read/parse-in-child.ts";
import { rebasePlan } from "./rebase.ts";

const examples = fileURLToPath(new URL("../../../../examples/prds/", import.meta.url));
let parser: ParserCommand;
let cwd: string;
beforeAll(async () => {
  parser = await builtParser();
  cwd = await mkdtemp(join(tmpdir(), "sweep-"));
});

async function planned(name: string, text: string): Promise<Plan | null> {
  await writeFile(join(cwd, name), text);
  try {
    return (await decompose({ paths: [name], cwd, planner: outlinePlanner, parser, maxDepth: 3 })).plan;
  } catch {
    // What is left of it asks for nothing.
    return null;
  }
}

it.each(["linkcheck.md", "room-booking.md", "photo-backup-tasks.md"])(
  "%s",
  async (name) => {
    const text = await readFile(join(examples, name), "utf8");
    const made = await planned(name, text);
    if (made === null) throw new Error(`${name} makes no plan`);
    const lines = text.split("\n");
    const change = fc.record({ at: fc.nat(lines.length - 1), how: fc.constantFrom("drop", "word", "twice", "swap") });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(200), { maxLength: 3 }),
        async (changes, drops) => {
          const next = [...lines];
          for (const { at, how } of changes) {
            const line = next[at] ?? "";
            if (how === "drop") next.splice(at, 1);
            else if (how === "word") next[at] = line.replace(/\w+(\W*)$/, "otherwise$1");
            else if (how === "twice") next.splice(at, 0, line);
            else next.splice(at, 2, next[at + 1] ?? "", line);
          }
          const draft = await planned(name, next.join("\n"));
          if (draft === null) return;
          let standing = made;
          for (const n of drops) {
            const task = standing.tasks[n % standing.tasks.length];
            const edited = editPlan(standing, { kind: "drop", task: task?.key ?? "" });
            if (edited.outcome === "edited") standing = edited.plan;
          }
          for (const before of [made, null]) {
            const { plan, made: kept } = rebasePlan(standing, draft, before);
            if (plan.tasks.length > 0) expect(errorsOf(plan)).toEqual([]);
            expect(planFromYaml(planToYaml(plan, planToYaml(standing)), name).tasks).toEqual(plan.tasks);
            // Read once more, nothing is different.
            expect(rebasePlan(plan, draft, kept).plan.tasks).toEqual(plan.tasks);
          }
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  },
  120_000,
);
