/**
 * This very repository, as somebody who develops it with conductor: a clone of what is committed, its own .conductor.yml, the real
 * installation, and a small change that lands through its real gates. Needs the npm registry.
 */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../../..");
const PLACE = "packages/terminal/src/spelled-count";
const CHANGE = {
  [`${PLACE}.ts`]: `/** \`1 task\`, \`2 tasks\`: a count with its noun. Pure. */
export const spelledCount = (count: number, noun: string): string => \`\${count} \${noun}\${count === 1 ? "" : "s"}\`;
`,
  [`${PLACE}.test.ts`]: `import { expect, test } from "vitest";
import { spelledCount } from "./spelled-count.ts";

test("one is one, and several have an s", () => {
  expect(spelledCount(1, "task")).toBe("1 task");
  expect(spelledCount(2, "task")).toBe("2 tasks");
});
`,
};
const script = Object.entries(CHANGE).reduce((done, [path, text]) => done.writes(path, text), agentScript("Spell"));
const keep = keepProjects();

interface Receipt {
  readonly gate: string;
  readonly result: string;
  readonly counts: { readonly total: number; readonly failed: number; readonly skipped: number } | null;
  readonly coverage: { readonly percent: number; readonly linesTotal: number } | null;
  readonly durationMs: number;
}

it("lands a change in this repository through its own gates", async () => {
  // The scenario and its configuration; the repository is this one.
  const { rig, conductor, git } = keep(await makeProject(QUICK, scenarioOf([script.finishes()])));
  git("fetch", "--quiet", ROOT, "HEAD");
  git("reset", "--quiet", "--hard", "FETCH_HEAD");
  await conductor("config", "set", "setup.network", "true");
  await conductor("trust", "--yes");
  await addTasks(rig, ["Spell counts with their nouns"]);

  const doctor = (await conductor("doctor")).stdout;
  process.stdout.write(doctor);
  for (const id of ["lint", "types", "build", "test", "coverage"]) expect(doctor).toContain(`gate ${id} `);

  const ran = await conductor("run", "--auto", "--allow-unsandboxed", "--budget", "1", "--require-tests", "--json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  process.stdout.write((await conductor("log", "TASK-001")).stdout + (await conductor("report")).stdout);
  expect(git("diff", "--name-only", "main", "conductor/main").split("\n")).toEqual(Object.keys(CHANGE).sort());
  const { tasks } = dataOf<{ tasks: readonly { landed: { commit: string; receipts: readonly Receipt[] } | null }[] }>(
    await conductor("report", "--json"),
  );
  const { receipts } = tasks[0]!.landed!;
  for (const { gate, result, counts, coverage, durationMs } of receipts)
    process.stdout.write(`${gate} ${result} ${durationMs} ms ${JSON.stringify(counts)} ${JSON.stringify(coverage)}\n`);
  expect(receipts.map(({ gate, result }) => `${gate} ${result}`)).toEqual(
    ["lint", "types", "build", "test", "coverage"].map((gate) => `${gate} pass`),
  );
  const [tests] = receipts.filter(({ gate }) => gate === "test");
  expect(tests!.counts).toMatchObject({ failed: 0, total: expect.any(Number) });
  expect(tests!.counts!.total).toBeGreaterThan(1_000);
  expect(receipts.find(({ gate }) => gate === "coverage")!.coverage!.linesTotal).toBeGreaterThan(1_000);
  execFileSync("git", ["fsck", "--no-dangling"], { cwd: rig.dir, stdio: "ignore" });
});
