import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { detectConfinement } from "./confinement.ts";
import { findControlGroups, ownGroup } from "./control-group.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const V2 = "25 18 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate";
const LIMITS = { memoryBytes: 200 * 1024 ** 2, processes: 20, diskBytes: 100 * 1024 ** 2 };
const MANY = { ...LIMITS, processes: 10_000 };

describe("the group that conductor is in", () => {
  it.each([
    [
      "a terminal of a user",
      V2,
      "0::/user.slice/user@1000.service/app.slice/t.scope",
      "/user.slice/user@1000.service/app.slice/t.scope",
    ],
    ["the top", V2, "0::/", ""],
    [
      "a hybrid machine",
      `30 29 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n${V2.replace("/sys/fs/cgroup ", "/sys/fs/cgroup/unified ")}`,
      "4:memory:/x\n0::/y",
      "/unified/y",
    ],
    ["a mount of a part", V2.replace("0:22 / ", "0:22 /docker/abc "), "0::/docker/abc/inner", "/inner"],
  ])("is found for %s", (_, mountinfo, cgroup, below) => {
    expect(ownGroup(mountinfo, `${cgroup}\n`)?.dir).toBe(`/sys/fs/cgroup${below}`);
  });

  it.each([
    ["only version 1 is mounted", "30 29 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", "4:memory:/x"],
    ["it is outside of what can be seen", V2, "0::/../../other"],
    ["nothing is mounted", "", "0::/"],
    ["it is another part than the one that is mounted", V2.replace("0:22 / ", "0:22 /docker/abc "), "0::/docker/abcd"],
  ])("is not known where %s", (_, mountinfo, cgroup) => {
    expect(ownGroup(mountinfo, `${cgroup}\n`)).toBeNull();
  });
});

const top = mkdtempSync(join(tmpdir(), "control-group-"));
const [stateDir, work] = [join(top, "state"), join(top, "work")];
for (const dir of [stateDir, work]) mkdirSync(dir);
afterAll(() => rmSync(top, { recursive: true, force: true }));
const groups = await findControlGroups();
if (groups === null) process.stderr.write("SKIPPED: no control groups can be made here, so none is tried\n");

describe.skipIf(groups === null)("a control group", () => {
  it("holds what is started in it from its first moment, and leaves nothing when it ends", async () => {
    const group = await groups!.make(LIMITS);
    const [file = "", ...args] = group.launcher;
    const script = "cat /proc/self/cgroup; sleep 1000 >/dev/null 2>&1 & echo $!";
    const said = execFileSync(file, [...args, "/bin/sh", "-c", script], { encoding: "utf8" })
      .trim()
      .split("\n");
    const dir = args.at(-1)!;
    expect(said[0]).toBe(`0::/${dir.split("/").slice(4).join("/")}`);
    expect(readFileSync(join(dir, "cgroup.procs"), "utf8").trim()).toBe(said[1]);
    expect(readFileSync(join(dir, "memory.max"), "utf8").trim()).toBe(String(LIMITS.memoryBytes));
    expect(await group.excess()).toBeNull();
    await group.end();
    expect(existsSync(dir)).toBe(false);
    expect(existsSync(`/proc/${said[1]}`)).toBe(false);
  });

  it("of a conductor that is gone is removed by the next, and of one that is there it is not", async () => {
    const mine = await groups!.make(LIMITS);
    const dir = mine.launcher.at(-1)!;
    const stale = join(dirname(dir), `conductor-${process.pid}-1-00000000-0000-0000-0000-000000000000`);
    mkdirSync(stale);
    expect(await findControlGroups()).not.toBeNull();
    expect([existsSync(stale), existsSync(dir)]).toEqual([false, true]);
    await mine.end();
  });

  it.each([
    ["at once", "const all=[];for(;;)all.push(Buffer.alloc(20e6,1))"],
    ["in files of its /tmp", "for(let n=0;;n++)require('fs').writeFileSync('/tmp/'+n,Buffer.alloc(5e6,1))"],
  ])("has the kernel end a confined command that takes too much memory %s", async (_, eat) => {
    const { confinement, level, limitsBy } = await detectConfinement({ env: process.env, stateDir, limits: MANY });
    expect([level, limitsBy]).toEqual(["full", "control-group"]);
    const { end } = await confinement.run(command(["node", "-e", eat]));
    const reason = "it held 200 MB of memory, and 200 are allowed (limits.memory)";
    expect(end).toEqual({ kind: "over-limit", limit: "memory", reason });
    expect(left()).toEqual([]);
  });

  it("ends a confined command that forks faster than anybody looks", async () => {
    const { confinement } = await detectConfinement({ env: process.env, stateDir, limits: LIMITS });
    const result = await confinement.run(
      command(["/bin/sh", "-c", "i=0; while [ $i -lt 2000 ]; do sleep 100 & i=$((i+1)); done"]),
    );
    expect(result.end).toMatchObject({ kind: "over-limit", limit: "processes" });
    expect(result.end).toMatchObject({
      reason: expect.stringMatching(/^it had \d+ processes( and threads)?, and 20 are allowed \(limits\.processes\)$/),
    });
    expect(left()).toEqual([]);
  });

  it("lets a command that keeps to its limits end as it does, and shows it no group", async () => {
    const { confinement } = await detectConfinement({ env: process.env, stateDir, limits: LIMITS });
    const result = await confinement.run(command(["/bin/sh", "-c", "cat /proc/self/cgroup; ls /sys 2>&1; exit 3"]));
    expect(result.end).toEqual({ kind: "exited", code: 3 });
    expect(result.stdout).not.toContain("conductor-");
    expect(left()).toEqual([]);
  });
});

const command = (argv: readonly string[]) => ({
  argv,
  cwd: work,
  binds: [{ path: work, mode: "rw" as const }],
  env: {},
  network: "none" as const,
  timeoutMs: 100_000,
  outputLimitBytes: 100_000,
  marker: `test/group/${process.pid}`,
});

/** Groups that this process has made and that are still there. */
function left(): readonly string[] {
  const own = ownGroup(readFileSync("/proc/self/mountinfo", "utf8"), readFileSync("/proc/self/cgroup", "utf8"))!;
  return (readdirSync(own.top, { recursive: true }) as string[]).filter((path) =>
    path.includes(`conductor-${process.pid}-`),
  );
}
