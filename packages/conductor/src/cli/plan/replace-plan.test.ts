import { writeFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { loadPlan, savePlan } from "../../plan/file.ts";
import { samplePlan, sampleTask } from "../../plan/sample-plan.ts";
import { replacePlan, saysSame } from "./replace-plan.ts";

const plan = samplePlan([sampleTask("a"), sampleTask("b")]);
let file: string;
beforeEach(async () => {
  file = await savePlan(await mkdtemp(join(tmpdir(), "replace-")), plan);
});
const text = (): Promise<string> => readFile(file, "utf8");

it("writes a plan over another one, and keeps its comments", async () => {
  writeFileSync(file, `${await text()}# by Ann\n`);
  const written = await replacePlan(file, (now) => ({ ...now, status: "imported" }));
  expect(written?.status).toBe("imported");
  expect((await loadPlan(file)).status).toBe("imported");
  expect(await text()).toContain("# by Ann");
});

it("loses nothing of what somebody writes at the same moment: that is what is changed then", async () => {
  const theirs = (await text()).replace("Title of b", "Theirs");
  let asked = 0;
  await replacePlan(file, (now) => {
    asked += 1;
    if (asked === 1) writeFileSync(file, theirs);
    return { ...now, status: "imported" };
  });
  expect(asked).toBe(2);
  expect(await loadPlan(file)).toMatchObject({ status: "imported", tasks: [{}, { title: "Theirs" }] });
});

it("leaves alone what is another plan by then, what is none, and what is written without end", async () => {
  const other = (await text()).replace("Title of b", "Theirs");
  const taken = await replacePlan(file, async (now) => {
    writeFileSync(file, other);
    return (await saysSame(now, plan)) ? { ...now, status: "imported" } : null;
  });
  expect(taken).toBeNull();
  expect(await text()).toBe(other);
  writeFileSync(file, "tasks: [\n");
  expect(await replacePlan(file, (now) => now)).toBeNull();
  expect(await text()).toBe("tasks: [\n");
  let n = 0;
  writeFileSync(file, other);
  const busy = await replacePlan(file, (now) => {
    n += 1;
    writeFileSync(file, `${other}# ${n}\n`);
    return { ...now, status: "imported" };
  });
  expect(busy).toBeNull();
  expect(await text()).toBe(`${other}# ${n}\n`);
});

it("takes comments and order of writing for nothing, and words for something", async () => {
  expect(await saysSame(plan, { ...plan, tasks: plan.tasks.map((task) => ({ ...task })) })).toBe(true);
  expect(await saysSame(plan, { ...plan, tasks: plan.tasks.slice(1) })).toBe(false);
});
