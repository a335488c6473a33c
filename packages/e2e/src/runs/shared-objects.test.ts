/** A repository that is large for its configuration: clones read its objects where they are. Needs bubblewrap. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const bwrap = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]);
const confined = bwrap.status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write("SKIPPED: no bubblewrap here, so no objects are shared\n");

const RUN = ["run", "--auto", "--budget", "1", "--json"];
const MEGABYTE = 1024 * 1024;
/** What a clone has of its own, and where the rest is. */
const LOOK = "{ cat .git/objects/info/alternates; git count-objects -v | grep '^size'; } > seen.txt";

describe.skipIf(!confined)("a large repository", () => {
  const keep = keepProjects();

  const start = async (scenario: Parameters<typeof makeProject>[1]): Promise<Project> => {
    const project = keep(await makeProject(QUICK, scenario));
    const { rig, git, conductor } = project;
    writeFileSync(join(rig.dir, "large.bin"), randomBytes(3 * MEGABYTE));
    git("add", "--all");
    git("commit", "--quiet", "-m", "feat: much");
    git("gc", "--quiet");
    expect((await conductor("config", "set", "workspace.share_from", "2m")).code).toBe(0);
    return project;
  };
  const sharing = async ({ conductor }: Project): Promise<unknown> =>
    dataOf<{ preflight: { sharing: unknown } }>(await conductor(...RUN, "--dry-run")).preflight.sharing;

  it("is not copied, is cleaned up while agents work, and gets their work", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(
      scenarioOf([
        agentScript("Look").runs(`${LOOK}; touch ready; while [ ! -e go ]; do sleep 0.1; done; rm ready go`).finishes(),
        agentScript("Build on it").runs("wc -c < large.bin > size.txt").commits("feat: size").finishes(),
      ]),
    );
    const { rig, git, conductor } = project;
    const objects = join(rig.dir, ".git/objects");
    expect(await sharing(project)).toMatchObject({ shares: true, problem: null });
    await addTasks(rig, [{ title: "Look" }, { title: "Build on it", after: "Look" }]);
    const child = rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    const attempts = join(rig.env.HOME!, ".local/state/conductor");
    const clone = (): string | undefined =>
      existsSync(attempts)
        ? (readdirSync(attempts, { recursive: true }) as string[]).find((path) => path.endsWith("tree/ready"))
        : undefined;
    await expect.poll(clone, { timeout: 60_000, interval: 200 }).toBeDefined();
    const tree = join(attempts, clone()!, "..");
    expect(git("for-each-ref", "--format=%(objectname)", "refs/conductor/clones")).toBe(git("rev-parse", "main"));
    // What a run has made so far and nothing holds goes with it.
    git("reflog", "expire", "--expire=now", "--all");
    git("gc", "--quiet", "--prune=now", "--aggressive");
    writeFileSync(join(tree, "go"), "");
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:seen.txt")).toBe(`${objects}\nsize: 0\nsize-pack: 0\nsize-garbage: 0`);
    expect(git("show", "conductor/main:size.txt")).toBe(String(3 * MEGABYTE));
    expect(git("for-each-ref", "refs/conductor/clones")).toBe("");
    expect(git("fsck", "--full", "--no-dangling")).toBe("");
    expect((await conductor("audit", "work")).code).toBe(0);
    expect(git("log", "--format=%s", "main..conductor/main").split("\n")).toEqual(["feat: Build on it", "feat: Look"]);
  });

  it("is gone on with after conductor was killed, and nothing is held for ever", async () => {
    const project = await start(scenarioOf([agentScript("Look").runs(LOOK).finishes()]));
    const { rig, git, conductor } = project;
    await addTasks(rig, ["Look"]);
    const died = await rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: "after-spawn" } });
    expect(died.code, died.stdout + died.stderr).toBe(137);
    expect(git("for-each-ref", "--format=%(objectname)", "refs/conductor/clones")).toBe(git("rev-parse", "main"));
    const resumed = await conductor("resume", "--budget", "1", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:seen.txt")).toContain("size: 0\nsize-pack: 0");
    expect(git("for-each-ref", "refs/conductor/clones")).toBe("");
  }, 400_000);

  it("is copied where it borrows itself, or where that is wished, and it is said which", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(scenarioOf([agentScript("Look").runs(`touch seen.txt; ${LOOK}`).finishes()]));
    const { rig, git, conductor } = project;
    const other = join(rig.dir, "..", "other");
    execFileSync("git", ["clone", "--quiet", "--bare", rig.dir, other]);
    const alternates = join(rig.dir, ".git/objects/info/alternates");
    writeFileSync(alternates, `${other}/objects\n`);
    expect(await sharing(project)).toMatchObject({
      shares: false,
      problem: "your repository itself borrows objects from another",
    });
    await addTasks(rig, ["Look"]);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:seen.txt")).toMatch(/^size(-pack)?: [1-9]\d{3,}$/m);
    expect(readFileSync(alternates, "utf8")).toBe(`${other}/objects\n`);
    expect((await conductor("config", "set", "workspace.share_objects", "never")).code).toBe(0);
    expect(await sharing(project)).toMatchObject({ shares: false, problem: null });
    const explained = await conductor("config", "explain", "workspace.share_objects");
    expect(explained.stdout).toContain("every commit");
  });
});
