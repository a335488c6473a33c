/** An agent that names what landed meanwhile as a parent of its work, with the files of before: nothing is undone. Needs bubblewrap. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject, QUICK } from "./project.ts";

const bwrap = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]);
const confined = bwrap.status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write("SKIPPED: no bubblewrap here, so no agent sees what landed meanwhile\n");

/** Waits until the landing of one.txt is among the objects that it borrows, then merges it in name only. */
const FORGE = `
base=$(git rev-parse HEAD)
while :; do
  for id in $(git cat-file --batch-all-objects --batch-check='%(objecttype) %(objectname)' | sed -n 's/^commit //p'); do
    git cat-file -e "$id:one.txt" 2>/dev/null && git log -1 --format=%B "$id" | grep -q '^Receipt:' && break 2
  done
  sleep 0.2
done
echo work > two.txt
git add two.txt
forged=$(git commit-tree "$(git write-tree)" -p "$base" -p "$id" -m "feat: two")
git reset --quiet --soft "$forged"
`;

describe.skipIf(!confined)("work with a forged history", () => {
  const keep = keepProjects();

  it("lands as the change that was judged, and what landed before it stays", async () => {
    const scenario = scenarioOf([
      agentScript("Write one").writes("one.txt", "one\n").finishes(),
      agentScript("Forge").runs(FORGE).finishes(),
    ]);
    const project = keep(await makeProject(QUICK, scenario));
    const { rig, git, conductor } = project;
    writeFileSync(join(rig.dir, "large.bin"), randomBytes(3 * 1024 * 1024));
    git("add", "--all");
    git("commit", "--quiet", "-m", "feat: much");
    expect((await conductor("config", "set", "workspace.share_from", "2m")).code).toBe(0);
    await addTasks(rig, ["Write one", "Forge"]);
    const ran = await conductor("run", "--auto", "--budget", "1", "--concurrency", "2", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const log = git("log", "--format=%s", "main..conductor/main").split("\n");
    expect(log).toEqual(["feat: Forge", "feat: Write one"]);
    // The agent did name it: its own commit is kept.
    const work = git("for-each-ref", "--format=%(objectname)", "refs/conductor/work").split("\n");
    expect(work.map((commit) => git("log", "-1", "--format=%P", commit))).toContainEqual(
      expect.stringMatching(/^[0-9a-f]+ [0-9a-f]+$/),
    );
    expect(git("show", "conductor/main:one.txt")).toBe("one");
    expect(git("diff", "--name-status", "conductor/main^", "conductor/main")).toBe("A\ttwo.txt");
    expect((await conductor("audit", "work")).code).toBe(0);
  }, 400_000);
});
