import fc from "fast-check";
import { expect, it } from "vitest";
import type { PlanTask } from "../model/plan.ts";
import { findNearDuplicates, titleWords } from "./near-duplicates.ts";
import { sampleTask } from "./sample-plan.ts";

/** Every title against every other. */
function plainly(tasks: readonly PlanTask[]): readonly string[] {
  const pairs: string[] = [];
  for (const [index, task] of tasks.entries())
    for (const twin of tasks.slice(0, index)) {
      const [a, b] = [titleWords(task.title), titleWords(twin.title)];
      const shared = [...a].filter((word) => b.has(word)).length;
      if (a.size >= 2 && shared / (a.size + b.size - shared) >= 0.8) pairs.push(`${twin.key},${task.key}`);
    }
  return pairs.slice(0, 50);
}

const title = fc
  .array(fc.constantFrom("red", "blue", "door", "key", "lamp", "wall", "roof", "tap", "sink", "bed", "mat", "x7"), {
    minLength: 1,
    maxLength: 11,
  })
  .map((words) => words.join(" "));

it("finds what comparing every title with every other finds", () => {
  fc.assert(
    fc.property(fc.array(title, { maxLength: 40 }), (titles) => {
      const tasks = titles.map((text, index) => sampleTask(`t${index}`, { title: text }));
      expect(findNearDuplicates(tasks).map(({ about }) => about.join(","))).toEqual(plainly(tasks));
    }),
    { numRuns: 300 },
  );
});
