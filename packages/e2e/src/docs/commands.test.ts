/** Runs what the documents tell their readers to type: each `sh run` block, those of a document in one place, in order. */
import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { makeRig, programPath } from "../rig.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../../..");
const DOCUMENTS = [
  "README.md",
  "docs/api.md",
  "docs/plans.md",
  "packages/taskwerk/README.md",
  "examples/agents/README.md",
  "docs/webhooks.md",
];

const execute = promisify(execFile);
const scriptsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^```sh run\n(.*?)^```$/gms)].map(([, script]) => script ?? "");

describe.each(DOCUMENTS)("what %s tells one to type", (document) => {
  it("works as written, in a new repository with a PRD.md", async () => {
    const rig = await makeRig();
    try {
      const scripts = scriptsOf(await readFile(join(ROOT, document), "utf8"));
      expect(scripts.length).toBeGreaterThan(0);
      await cp(join(ROOT, "examples/prds/linkcheck.md"), join(rig.dir, "PRD.md"));
      await cp(join(ROOT, "examples/agents"), join(rig.dir, "examples/agents"), { recursive: true });
      const env = { ...rig.env, PATH: `${dirname(programPath("taskwerk"))}:${rig.env.PATH}` };
      const git = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org"];
      const prepare = ["git init -q .", `git ${git.join(" ")} commit -q --allow-empty -m start`].join(" && ");
      // In one shell, as a reader has it: what one block sets the next may use.
      const script = [prepare, ...scripts].join("\n");
      await execute("sh", ["-eu", "-c", script], { cwd: rig.dir, env });
    } finally {
      await rig.taskwerk("api", "stop");
      await rig.remove();
    }
  }, 180_000);
});
