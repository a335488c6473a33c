/** What `conductor plan` says to type next can be typed, and leads somewhere. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { firstLine } from "../rig.ts";
import { makeProject, type Project } from "./project.ts";

const PRD = "# Shop\n\n## Cart\n\n- The cart must show the total\n- The cart must keep its items\n";
const FILE = ".conductor/plans/prd.yaml";

let project: Project;
beforeAll(async () => {
  project = await makeProject({ repository: false });
  await project.rig.taskwerk("init", "--here");
  await firstLine(project.rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]));
  await project.write("prd.md", PRD);
});
afterAll(() => project.rig.remove());

const plan = (...words: readonly string[]) => project.json(["plan", ...words, "--planner", "outline"]);

it("knows each file that it wrote a plan to, and which of them was edited", async () => {
  expect((await plan("decompose", "prd.md")).exit).toBe(0);
  expect((await plan("decompose", "prd.md", "-o", "other plan.yaml")).exit).toBe(0);
  expect((await plan("decompose", "prd.md")).exit).toBe(0);
  expect((await plan("decompose", "prd.md", "-o", "other plan.yaml")).exit).toBe(0);
  const other = await readFile(join(project.dir, "other plan.yaml"), "utf8");
  await project.write("other plan.yaml", other.replace("status: draft", "status: reviewing"));
  const { exit, error } = await plan("decompose", "prd.md", "-o", "other plan.yaml");
  expect(exit).toBe(2);
  expect(error?.message).toContain("was edited since it was made");
  expect(error?.hint).toMatch(/conductor plan import '[^']*other plan\.yaml'/);
});

it("says how to put back a quote that was changed in the plan", async () => {
  const text = await readFile(join(project.dir, FILE), "utf8");
  await project.write(FILE, text.replace(/quote: .*total.*/, "quote: another thing"));
  const { exit, error } = await project.json(["plan", "import", FILE, "--confirm"]);
  expect({ exit, code: error?.code }).toEqual({ exit: 4, code: "POLICY_UNMET" });
  expect(error?.hint).toContain("conductor plan review --edit");
  expect(error?.hint).not.toContain("plan update");
  await project.write(FILE, text);
  expect((await project.json(["plan", "import", FILE, "--confirm"])).exit).toBe(0);
});

it("says the same in lint and in review of an imported plan whose document has changed", async () => {
  await project.write("prd.md", PRD.replace("the total", "the sum"));
  const [lint, review] = [await project.json(["plan", "lint", FILE]), await project.json(["plan", "review", FILE])];
  expect([lint.exit, review.exit]).toEqual([0, 0]);
});

it("knows a document that was named instead of a plan, and the verb that was typed", async () => {
  const shown = await project.json(["plan", "show", "prd.md"]);
  expect(shown.exit).toBe(2);
  expect(shown.error?.hint).toContain("conductor plan decompose prd.md");
  expect((await project.json(["plan", "create"])).error?.hint).toBe("conductor plan create prd.md");
});
