/** Runs the examples of the reference, each on a store of its own that has something of everything. */
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLES } from "../../../build/src/reference-examples.mjs";
import { makeRig, programPath, type Rig } from "../rig.ts";

const execute = promisify(execFile);
let rig: Rig;

beforeAll(async () => {
  rig = await makeRig();
  const tasks = [
    { ref: "a", title: "Limit requests", tags: ["api", "wip"] },
    { title: "Respect the rate limit", tags: ["api"], priority: "high" },
    { title: "Report", depends_on: ["a"] },
    { title: "Crawl", status: "done" },
  ];
  await rig.data("init");
  await writeFile(join(rig.dir, "tasks.json"), JSON.stringify([{ title: "Imported" }]));
  expect((await rig.run("taskwerk", ["import", "-"], { stdin: JSON.stringify(tasks) })).code).toBe(0);
  for (const title of ["one", "two"]) await rig.data("add", title, "--session", "s-1");
});
afterAll(() => rig.remove());

describe.each(Object.entries(EXAMPLES.taskwerk))("%s", (_, lines) => {
  it("works as the reference shows it", async () => {
    const dir = join(rig.env.HOME!, `run-${Math.random()}`);
    await cp(rig.dir, dir, { recursive: true });
    const env = { ...rig.env, PATH: `${dirname(programPath("taskwerk"))}:${rig.env.PATH}` };
    await execute("sh", ["-eu", "-c", lines.join("\n")], { cwd: dir, env });
  });
});
