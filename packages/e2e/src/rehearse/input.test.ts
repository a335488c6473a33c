/** What is said of scenarios that are none, and what is left when a rehearsal is not let come to its end. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, type Ran } from "../rig.ts";
import { makeProject, type Project, QUICK } from "../runs/project.ts";
import { leftovers } from "../runs/quick-project.ts";

const SMALL = {
  version: 1,
  name: "small",
  work: [{ title: "One" }],
  tasks: [
    { match: {}, tries: [{ steps: [{ write: "one.txt", content: "1" }, { commit: "feat: one" }, { claim: "yes" }] }] },
  ],
  expect: { landed: 1 },
};

describe("rehearse", () => {
  let project: Project;
  let tmp = "";
  const rehearse = (...args: readonly string[]): Promise<Ran> =>
    project.rig.run("conductor", ["rehearse", ...args, "--json"], { env: { TMPDIR: tmp } });
  const errorOf = (ran: Ran): Readonly<Record<string, unknown>> & { readonly exit: number } => ({
    ...JSON.parse(ran.stdout).error,
    exit: ran.code,
  });
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(project.rig.dir, name), typeof value === "string" ? value : JSON.stringify(value));
  beforeAll(async () => {
    project = await makeProject(QUICK, null);
    tmp = join(project.rig.dir, "..", "tmp");
    mkdirSync(tmp);
  });
  afterAll(() => project.rig.remove());

  it("offers the name that was meant, and the list", async () => {
    expect(errorOf(await rehearse("hapy-day"))).toMatchObject({
      exit: 3,
      code: "FILE_NOT_FOUND",
      given: "hapy-day",
      hint: expect.stringContaining("Did you mean  conductor rehearse happy-day"),
    });
    expect(errorOf(await rehearse())).toMatchObject({ exit: 2, code: "USAGE" });
    expect(errorOf(await rehearse("happy-day", "--seed", "x"))).toMatchObject({ exit: 2, field: "seed", given: "x" });
    const list = JSON.parse((await rehearse("--list")).stdout).data as readonly { name: string; description: string }[];
    expect(list.map(({ name }) => name)).toEqual([
      "cheating-agent",
      "conflict-storm",
      "crash-storm",
      "happy-day",
      "overnight-limits",
    ]);
    expect(list.every(({ description }) => description.length > 20)).toBe(true);
  });

  it.each([
    [
      "a key that is not there",
      "version: 1\nname: x\nwork:\n  - titel: One\ntasks: []\n",
      /line 4: work\[0\]\.title: it is missing/,
    ],
    [
      "a step that nobody knows",
      "version: 1\nname: x\nwork: [{title: One}]\ntasks:\n  - match: {}\n    tries:\n      - steps:\n          - dance: tango\n",
      /line 8: tasks\[0\]\.tries\[0\]\.steps\[0\]: no such step \(dance\); known: say, sleep/,
    ],
    ["no YAML", "version: [1\n", /line 2, column 1 is not valid YAML/],
    ["no tasks", { ...SMALL, work: undefined }, /work: a rehearsal needs tasks/],
    [
      "an order that cannot be",
      { ...SMALL, work: [{ title: "One", after: ["Two"] }] },
      /no task before it is called "Two"/,
    ],
    ["a way out", { ...SMALL, files: { "../x": "" } }, /leads out of the clone/],
    [
      "what a model cannot do",
      {
        ...SMALL,
        provider: [{ afterRequests: 1, status: 429 }],
        tasks: [{ match: {}, tries: [{ steps: [{ crash: "SIGKILL" }] }] }],
      },
      /a model cannot do "crash"/,
    ],
  ])("says where a file is wrong: %s", async (_, text, message) => {
    write("broken.yaml", text);
    expect(errorOf(await rehearse("broken.yaml"))).toMatchObject({
      exit: 2,
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
    });
    expect(readdirSync(tmp)).toEqual([]);
  });

  it("plays a file of one's own, ends with 14 when it is not as expected, and leaves nothing but what was asked for", async () => {
    write("small.json", { ...SMALL, expect: { landed: 2 } });
    write("package.json", "{ this is not committed");
    const before = project.git("status", "--porcelain");
    const ran = await rehearse("small.json", "--seed", "7");
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(JSON.parse(ran.stdout).data).toMatchObject({
      seed: 7,
      repository: { changed: expect.any(Number) },
      unexpected: ["1 landed, and 2 were expected"],
      checks: [{ ok: true }, { ok: true }, { ok: true }, { id: "untouched", ok: true }],
    });
    expect(project.git("status", "--porcelain")).toBe(before);
    expect(readdirSync(tmp)).toEqual([]);
    expect(readdirSync(project.rig.dir)).not.toContain(".conductor");
    project.git("checkout", "--quiet", "package.json");
  }, 120_000);

  it("makes an example where there is no repository", async () => {
    write("small.json", SMALL);
    const alone = join(project.rig.dir, "..", "alone");
    mkdirSync(alone);
    const ran = await project.rig.run("conductor", ["rehearse", join(project.rig.dir, "small.json"), "--json"], {
      cwd: alone,
      env: { TMPDIR: tmp },
    });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout).data).toMatchObject({ repository: null, showed: { landed: 1 } });
    expect([readdirSync(alone), readdirSync(tmp)]).toEqual([[], []]);
  }, 120_000);

  it("refuses a configuration that nobody agreed to, and takes one that is named", async () => {
    project.git("checkout", "--quiet", "-b", "configured");
    write(".conductor.yml", "workflow: { require_tests: false }\n");
    project.git("add", ".conductor.yml");
    project.git("commit", "--quiet", "-m", "chore: configuration");
    const refused = errorOf(await rehearse("small.json"));
    expect(refused).toMatchObject({ exit: 4, code: "CONFIG_UNTRUSTED" });
    const [digest = ""] = /[0-9a-f]{64}/.exec(String(refused.hint)) ?? [];
    const ran = await rehearse("small.json", "--trust-config", digest);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(readdirSync(tmp)).toEqual([]);
    project.git("checkout", "--quiet", "main");
  }, 120_000);

  it.each([
    ["the next rehearsal", () => rehearse("small.json")],
    ["clean", () => project.rig.run("conductor", ["clean", "--json"], { env: { TMPDIR: tmp } })],
  ])(
    "removes what a rehearsal has left that was killed: %s, and nothing of one that is kept",
    async (_, sweep) => {
      write("small.json", SMALL);
      write("slow.json", {
        ...SMALL,
        tasks: [{ match: {}, tries: [{ steps: [{ say: "at work" }, { sleep: 600_000 }] }] }],
      });
      const keep = JSON.parse((await rehearse("small.json", "--keep")).stdout).data.kept as string;
      const child = project.rig.start("conductor", ["rehearse", "slow.json"], { env: { TMPDIR: tmp } });
      child.stdin!.end();
      const end = ended(child);
      let said = "";
      child.stdout!.on("data", (chunk: string) => {
        said += chunk;
      });
      await expect.poll(() => said, { timeout: 60_000 }).toContain("running TASK-001");
      expect(readdirSync(tmp)).toHaveLength(2);
      child.kill("SIGKILL");
      await end;
      // Its conductor and the agent know nothing of it.
      expect(leftovers(tmp)).not.toEqual([]);
      const ran = await sweep();
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      // Who was told to end may take a moment to be gone.
      await expect.poll(() => leftovers(tmp), { timeout: 10_000 }).toEqual([]);
      expect(readdirSync(tmp)).toEqual([basename(dirname(keep))]);
      rmSync(dirname(keep), { recursive: true });
    },
    240_000,
  );

  it.each(["SIGINT", "SIGTERM"] as const)(
    "leaves nothing behind when it is ended by %s",
    async (signal) => {
      write("slow.json", {
        ...SMALL,
        tasks: [{ match: {}, tries: [{ steps: [{ say: "at work" }, { sleep: 60_000 }] }] }],
      });
      const child = project.rig.start("conductor", ["rehearse", "slow.json"], { env: { TMPDIR: tmp } });
      child.stdin!.end();
      const end = ended(child);
      let said = "";
      child.stdout!.on("data", (chunk: string) => {
        said += chunk;
      });
      await expect.poll(() => said).toContain("running TASK-001");
      child.kill(signal);
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(signal === "SIGINT" ? 130 : 143);
      expect(ran.stderr).toContain("Nothing of it is left");
      expect(readdirSync(tmp)).toEqual([]);
      await expect.poll(() => leftovers(tmp), { timeout: 10_000 }).toEqual([]);
    },
    120_000,
  );
});
