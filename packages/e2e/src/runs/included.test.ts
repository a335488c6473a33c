import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject } from "./project.ts";

const SECRET = `canary-${"value"}-of-the-user`;
const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];

describe("files that git ignores and .worktreeinclude names", () => {
  const keep = keepProjects();
  it("go into clones and checkouts once a person has agreed, and into nothing that is kept", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = keep(
      await makeProject(
        {
          // A gate that needs the file, and shows it.
          "package.json": JSON.stringify({ scripts: { lint: "cat .env && [ ! -e other.env ]" } }),
          ".gitignore": "*.env\n.env\n.taskwerk/\n.conductor/\n",
          ".worktreeinclude": "# what tests need\n.env\n",
        },
        agentScript("Alpha").runs("cat .env", "ok").writes("a.txt", "a\n").finishes().scenario(),
      ),
    );
    const { conductor, git, rig } = project;
    for (const name of [".env", "other.env"]) writeFileSync(join(rig.dir, name), `# mine\nAPI_TOKEN="${SECRET}"\n`);
    await addTasks(rig, ["Alpha"]);
    const before = await conductor(...RUN, "--dry-run");
    expect(JSON.parse(before.stdout).error.hint).toContain("conductor config set setup.include .env");
    expect((await conductor("config", "set", "setup.include", ".env")).code).toBe(0);

    const checked = dataOf<{ preflight: { included: unknown } }>(await conductor(...RUN, "--dry-run"));
    expect(checked.preflight.included).toEqual({ paths: [".env"], refused: [] });
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("ls-tree", "-r", "--name-only", "conductor/main").split("\n")).not.toContain(".env");
    const said = [ran.stdout, ran.stderr, (await conductor("log", "TASK-001", "--raw")).stdout];
    for (const top of [join(rig.env.HOME!, ".local"), join(rig.dir, ".conductor"), join(rig.dir, ".taskwerk")])
      for (const entry of readdirSync(top, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) said.push(readFileSync(join(entry.parentPath, entry.name), "latin1"));
    expect(said.join("\n")).toContain("API_TOKEN=");
    expect(said.filter((text) => text.includes(SECRET))).toEqual([]);
  });
});
