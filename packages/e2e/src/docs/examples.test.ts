/** Runs the examples that the reference of taskwerk shows, each on a store of its own that has something of everything. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, programPath, type Rig } from "../rig.ts";

const execute = promisify(execFile);
const REFERENCE = resolve(fileURLToPath(import.meta.url), "../../../../../docs/reference/taskwerk.md");
/** Command → what its part of the page shows. */
const EXAMPLES = readFileSync(REFERENCE, "utf8")
  .split(/^### /m)
  .flatMap((part): [string, string][] => {
    const script = /^```sh\n(.*?)^```$/ms.exec(part)?.[1];
    return script === undefined ? [] : [[part.slice(0, part.indexOf("\n")), script]];
  });

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

it("there are examples of most commands", () => expect(EXAMPLES.length).toBeGreaterThan(25));

describe.each(EXAMPLES)("%s", (_, script) => {
  it("works as the reference shows it", async () => {
    const dir = join(rig.env.HOME!, `run-${Math.random()}`);
    await cp(rig.dir, dir, { recursive: true });
    const env = { ...rig.env, PATH: `${dirname(programPath("taskwerk"))}:${rig.env.PATH}` };
    await execute("sh", ["-eu", "-c", script], { cwd: dir, env });
  });
});
