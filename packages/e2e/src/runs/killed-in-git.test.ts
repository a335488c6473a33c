/** A run that is killed in the middle of what git does for it: the next one leaves nothing of that behind, and loses nothing. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect } from "vitest";
import { eachCase } from "../each-case.ts";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const bwrap = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]);
const confined = bwrap.status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write("SKIPPED: no bubblewrap here, so no clone borrows what could be left held\n");

/** One file is committed, and one is left. */
const SCENARIO = scenarioOf([
  agentScript("Write").writes("one.txt", "one\n").commits("feat: one").writes("two.txt", "two\n").exits(0),
]);

/** Where in a run conductor is killed: the first git with these words on its command line, before or after it has run. */
const MOMENTS: readonly (readonly [name: string, pattern: string, when: "before" | "after"])[] = [
  ["its clone's base is held", "update-ref --no-deref refs/conductor/clones/*", "after"],
  ["its gates are timed", "read-tree --reset -u *", "before"],
  ["the state of a clone is looked at", "add --all --verbose *", "before"],
  ["a bundle is taken in", "index-pack --stdin --fix-thin --strict *", "before"],
  ["a bundle is taken in and checked", "rev-list --objects --quiet *", "after"],
  ["what was left uncommitted is brought over", "pack-objects --quiet --revs */incoming/*", "after"],
  ["its clone's base is let go", "update-ref --no-deref -d refs/conductor/clones/*", "after"],
];

/** A git that kills who has called it at that moment, once. */
function deadlyGit({ rig }: Project, pattern: string, when: "before" | "after"): string {
  const dir = join(dirname(rig.dir), "deadly");
  mkdirSync(dir);
  const git = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
  const kill = `mkdir "${dir}/done" 2>/dev/null && kill -9 $PPID`;
  const words = pattern.split(" ").map((word) => word.replace(/[^*]+/g, (text) => `"${text}"`));
  writeFileSync(
    join(dir, "git"),
    `#!/bin/sh
case " $* " in *${words.join('" "')}*)
  ${when === "before" ? kill : `"${git}" "$@"; code=$?; ${kill}; exit $code`};;
esac
exec "${git}" "$@"
`,
  );
  chmodSync(join(dir, "git"), 0o755);
  return `${dir}${delimiter}${rig.env.PATH}`;
}

describe.skipIf(!confined)("a run that is killed", () => {
  const keep = keepProjects();

  eachCase(MOMENTS, (_, at) => at < 2)(
    "when %s leaves nothing behind once it was gone on with",
    async (_name, pattern, when) => {
      const project = keep(await makeProject(QUICK, SCENARIO));
      const { rig, git, conductor } = project;
      writeFileSync(join(rig.dir, "large.bin"), randomBytes(3 * 1024 * 1024));
      git("add", "--all");
      git("commit", "--quiet", "-m", "feat: much");
      expect((await conductor("config", "set", "workspace.share_from", "2m")).code).toBe(0);
      await addTasks(rig, ["Write"]);
      const died = await rig.run("conductor", ["run", "--auto", "--budget", "1", "--json"], {
        env: { PATH: deadlyGit(project, pattern, when) },
      });
      expect(died.code, died.stdout + died.stderr).toBe(137);
      const begun = existsSync(join(rig.dir, ".conductor/conductor.db"));
      const resumed = await conductor(...(begun ? ["resume"] : ["run", "--auto"]), "--budget", "1", "--json");
      expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);

      const state = join(rig.env.HOME!, ".local/state/conductor");
      const [own] = readdirSync(state).filter((name) => existsSync(join(state, name, "git")));
      const left = (place: string): readonly string[] =>
        existsSync(join(state, own!, place)) ? readdirSync(join(state, own!, place)) : [];
      expect([left("git/incoming"), left("git/indexes"), left("attempts"), left("checkouts")]).toEqual([
        [],
        [],
        [],
        [],
      ]);
      expect(git("for-each-ref", "refs/conductor/clones")).toBe("");
      expect(git("show", "conductor/main:one.txt")).toBe("one");
      expect(git("diff", "--name-only", "main", "conductor/main")).toBe("one.txt\ntwo.txt");
      expect((await conductor("audit", "work")).code).toBe(0);
      expect(git("fsck", "--full", "--no-dangling")).toBe("");
    },
    400_000,
  );
});
