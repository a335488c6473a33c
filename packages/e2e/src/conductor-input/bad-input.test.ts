import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { agentScript } from "@taskwerk/rehearsal/agent-script";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, firstLine } from "../rig.ts";
import { fingerprintOf, makeProject, ownFile, type Project } from "./project.ts";

const RUN = ["run", "--auto", "--budget", "1", "--allow-unsandboxed"];

interface Refusal {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What a program is told, in one document. */
async function refusal(
  project: Project,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Refusal> {
  const { exit, error } = await project.json(args, { env });
  const { code, message, hint } = error!;
  return { exit, code, message: message.replaceAll(project.dir, "DIR"), hint };
}

describe("where conductor has never been used", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ repository: false });
    await project.write("empty.md", "");
    await project.write("prose.md", "Hello there.\n");
    await project.write("binary.md", Buffer.from([80, 0, 255, 1]));
    await mkdir(join(project.dir, "folder.md"));
    execFileSync("mkfifo", [join(project.dir, "pipe.md")]);
  });
  afterAll(() => project.rig.remove());

  it.each([
    ["inbox"],
    ["log", "TASK-1"],
    ["why", "TASK-1"],
    ["report"],
    ["resume"],
    ["stop"],
    ["answer", "Q9", "yes"],
    ["approve", "A1"],
    ["reject", "A1", "--note", "no"],
  ])("%s %s says that there is no journal, and how to begin", async (...args) => {
    expect(await refusal(project, args)).toEqual({
      exit: 9,
      code: "STORE_NOT_FOUND",
      message: "There is no journal of conductor in DIR.",
      hint: [
        "From a PRD:  conductor run PRD.md",
        "With the tasks that are in taskwerk:  conductor run --auto --budget 5",
        "Set up first:  conductor init",
      ].join("\n"),
    });
  });

  it("status and the list of plans are empty, and that is no fault", async () => {
    expect((await project.conductor(["status"])).stdout).toBe(
      "Nothing has run here yet.\n\nNext   conductor run PRD.md\n",
    );
    expect(await project.json(["plan", "list"])).toMatchObject({ exit: 0, data: [] });
  });

  it("status begins with the tasks that are there, where there are some", async () => {
    const other = await makeProject({ repository: false });
    try {
      await other.rig.taskwerk("init");
      const empty = await other.conductor(["status"]);
      expect(empty.stdout).toBe("Nothing has run here yet.\n\nNext   conductor run PRD.md\n");
      await other.rig.taskwerk("add", "Bake bread");
      const one = await other.conductor(["status"]);
      expect(one.stdout).toBe("Nothing has run here yet; 1 task to do.\n\nNext   conductor run --auto --budget 5\n");
    } finally {
      await other.rig.remove();
    }
  });

  it.each([
    { args: "frob", exit: 2, code: "USAGE", says: 'unknown command "frob".' },
    { args: "plan frob", exit: 2, code: "USAGE", says: 'unknown command "plan frob".' },
    { args: "run --frob", exit: 2, code: "USAGE", says: "unknown flag --frob." },
    { args: "list", exit: 2, code: "USAGE", says: '"list" belongs to taskwerk, which keeps the tasks.' },
    { args: "monitor", exit: 2, code: "USAGE", says: "monitor is a screen for a person, and a screen is no document" },
    { args: "run", exit: 6, code: "GIT_NOT_A_REPOSITORY", says: "no git repository" },
    { args: "run prose.md --auto --budget 1", exit: 6, code: "GIT_NOT_A_REPOSITORY", says: "no git repository" },
    { args: "plan show", exit: 3, code: "PLAN_NOT_FOUND", says: "there is no plan in" },
    { args: "plan import --confirm", exit: 3, code: "PLAN_NOT_FOUND", says: "there is no plan in" },
    { args: "plan decompose", exit: 2, code: "USAGE", says: "which document?" },
    { args: "plan decompose empty.md", exit: 2, code: "PRD_EMPTY", says: "empty.md has no text" },
    { args: "plan decompose prose.md", exit: 2, code: "PLAN_INVALID", says: "nothing in prose.md reads like" },
    { args: "plan decompose binary.md", exit: 2, code: "PRD_UNREADABLE", says: "it is not text" },
    { args: "plan decompose folder.md", exit: 2, code: "PRD_UNREADABLE", says: "it is a directory" },
    { args: "plan decompose pipe.md", exit: 2, code: "PRD_UNREADABLE", says: "it is not a regular file" },
    { args: "plan decompose missing.md", exit: 3, code: "FILE_NOT_FOUND", says: "there is no file missing.md" },
    { args: "plan decompose prose.md --planner oracle", exit: 2, code: "USAGE", says: 'no planner "oracle"' },
    { args: "plan decompose prose.md --planner claude-api", exit: 4, code: "CREDENTIAL_MISSING", says: "needs a key" },
    { args: "plan decompose prose.md --max-depth 0", exit: 2, code: "USAGE", says: "whole number from 1 to 10" },
    {
      args: "plan decompose prose.md -o prose.md",
      exit: 2,
      code: "USAGE",
      says: "is no plan, so it is not written over",
    },
  ])("conductor $args: $code", async ({ args, exit, code, says }) => {
    const said = await refusal(project, args.split(" "));
    expect(said).toMatchObject({ exit, code, message: expect.stringContaining(says) });
  });

  it("tells a person the same, on stderr", async () => {
    const { code, stdout, stderr } = await project.conductor(["plan", "decompose", "empty.md"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe("error PRD_EMPTY: empty.md has no text\n  Write what is wanted, then run it again.\n");
  });

  it("none of this has left anything behind", () => {
    expect(existsSync(join(project.dir, ".conductor"))).toBe(false);
    expect(existsSync(join(project.dir, ".taskwerk"))).toBe(false);
  });
});

describe("a run that cannot start", () => {
  let project: Project;
  let before: Readonly<Record<string, string>>;
  beforeAll(async () => {
    project = await makeProject();
    await project.useAgent(agentScript().exits(0).scenario());
    await project.write("src/sum.js", "// being changed\n");
    await project.write("prd.md", await readFile(ownFile("examples/prds/linkcheck.md")));
    before = await fingerprintOf(project.dir);
  });
  afterAll(() => project.rig.remove());

  it.each([
    { args: "run --auto", exit: 2, code: "USAGE", says: "a run without you needs a limit" },
    { args: "run prd.md --auto", exit: 2, code: "USAGE", says: "a run without you needs a limit" },
    { args: "run --auto --budget abc", exit: 2, code: "USAGE", says: '--budget: "abc"' },
    { args: "run --auto --budget 0", exit: 2, code: "USAGE", says: '--budget: "0"' },
    { args: "run --auto --until never", exit: 2, code: "INVALID_DATE", says: '"never" is no time' },
    { args: "run --auto --interactive", exit: 2, code: "USAGE", says: "are opposites" },
    { args: "run --auto --budget 1 --tasks frob", exit: 2, code: "INVALID_QUERY", says: '"frob" is neither' },
    { args: "run --auto --budget 1 --tasks TASK-999", exit: 3, code: "TASK_NOT_FOUND", says: "no task TASK-999" },
    { args: "start --budget 1 --tasks 9", exit: 3, code: "TASK_NOT_FOUND", says: "no task 9" },
    { args: "run --auto --budget 1 --concurrency 0", exit: 2, code: "USAGE", says: '--concurrency: "0"' },
    { args: "run --auto --budget 1 --agent oracle", exit: 2, code: "USAGE", says: "no agent oracle" },
    { args: "run prd.md --auto --budget 1 --agent claude", exit: 7, code: "AGENT_UNAVAILABLE", says: "no API key" },
    { args: "run --use-taskwerk frob --auto --budget 1", exit: 2, code: "USAGE", says: "no address of a taskwerk" },
  ])("conductor $args: $code, and nothing is made or planned", async ({ args, exit, code, says }) => {
    const said = await refusal(project, args.split(" "));
    expect(said).toMatchObject({ exit, code, message: expect.stringContaining(says) });
    expect(existsSync(join(project.dir, ".conductor"))).toBe(false);
    expect(existsSync(join(project.dir, ".taskwerk"))).toBe(false);
  });

  it("says why taskwerk cannot be used, whether its program or its server is missing", async () => {
    expect(await refusal(project, RUN, { CONDUCTOR_TASKWERK: "/nonexistent" })).toMatchObject({
      exit: 7,
      code: "TASKWERK_UNREACHABLE",
      message: "taskwerk did not start: spawn /nonexistent ENOENT",
    });
    const nobody = [...RUN, "--use-taskwerk", "http://127.0.0.1:1"];
    expect(await refusal(project, nobody)).toMatchObject({ exit: 4, code: "CREDENTIAL_MISSING" });
    expect(await refusal(project, nobody, { TASKWERK_TOKEN: "x" })).toMatchObject({
      exit: 7,
      code: "TASKWERK_UNREACHABLE",
    });
  });

  it("goes by no taskwerk of another version, and by none that does not let it in", async () => {
    const ask = async (status: number, document: unknown) => {
      const server = createServer((_, response) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      try {
        return await refusal(project, [...RUN, "--use-taskwerk", `http://127.0.0.1:${port}`], { TASKWERK_TOKEN: "x" });
      } finally {
        server.close();
      }
    };
    const later = { ok: true, v: 1, kind: "store.status", data: { api: 2, version: "9.0.0" }, warnings: [], meta: {} };
    expect(await ask(200, later)).toMatchObject({
      ...{ exit: 7, code: "TASKWERK_UNREACHABLE" },
      message: "taskwerk 9.0.0 speaks version 2 of the API, and this conductor speaks 1",
    });
    const error = { code: "UNAUTHORIZED", message: "the token is wrong", hint: null, retryable: false, details: {} };
    expect(await ask(401, { ok: false, v: 1, kind: "error", error, meta: {} })).toMatchObject({
      exit: 4,
      code: "UNAUTHORIZED",
    });
    expect(await ask(200, "a page of something else")).toMatchObject({ exit: 7, code: "TASKWERK_UNREACHABLE" });
  });

  it("leaves the worktree, the index and HEAD as they were", async () => {
    expect(await fingerprintOf(project.dir)).toEqual(before);
  });

  describe("because of the repository", () => {
    const back = async (): Promise<void> => {
      await project.git("update-ref", "-d", "refs/heads/conductor/main");
      await project.git("checkout", "-qf", "main");
      await project.git("reset", "-q", "--hard", "start");
    };
    const commitPackage = async (text: string): Promise<void> => {
      await project.write("package.json", text);
      await project.git("commit", "-qam", "chore: another package.json");
    };
    beforeAll(() => project.git("tag", "start"));

    it("says that HEAD is detached", async () => {
      await project.git("checkout", "-q", "--detach");
      expect(await refusal(project, RUN)).toMatchObject({ exit: 6, code: "GIT_REF_NOT_FOUND" });
      await back();
    });
    it("says that tests are asked for and there are none among its gates", async () => {
      await commitPackage('{"name":"sums","scripts":{"lint":"true"}}\n');
      const refused = await refusal(project, [...RUN, "--require-tests"]);
      expect(refused).toMatchObject({ exit: 4, code: "POLICY_UNMET" });
      expect(refused.message).toContain("there is lint");
      await back();
    });
    it("says which gate is red already, and where its log is", async () => {
      await commitPackage('{"name":"sums","scripts":{"test":"node -e \\"process.exit(3)\\""}}\n');
      expect(await refusal(project, RUN)).toMatchObject({
        exit: 4,
        code: "POLICY_UNMET",
        message: "main does not pass its own gates: test (it ended with exit code 3)",
        hint: expect.stringMatching(/The log: {2}\/.*\.log$/),
      });
      await back();
    });
    it("says that conductor/main is checked out, and that it has gone another way", async () => {
      await project.git("checkout", "-qb", "conductor/main");
      expect(await refusal(project, RUN)).toMatchObject({
        exit: 6,
        code: "GIT_CONFLICT",
        hint: "Go to your own branch:  git switch main",
      });
      await project.write("src/sum.js", "export const sum = () => 1;\n");
      await project.git("commit", "-qam", "one way");
      const tip = await project.git("rev-parse", "HEAD");
      await project.git("checkout", "-q", "main");
      await project.write("src/sum.js", "export const sum = () => 2;\n");
      await project.git("commit", "-qam", "the other way");
      expect(await refusal(project, RUN)).toMatchObject({
        exit: 6,
        code: "GIT_CONFLICT",
        hint: "Take what has landed first:  git merge conductor/main",
      });
      expect(await project.git("rev-parse", "conductor/main")).toBe(tip);
      await back();
    });
    it("takes the repository's configuration only as it was agreed to, and never who pays", async () => {
      const untrusted = { exit: 4, code: "CONFIG_UNTRUSTED", hint: expect.stringContaining("conductor trust") };
      await project.write(".conductor.yml", "budget:\n  session_usd: 600\n");
      expect(await refusal(project, RUN)).toMatchObject(untrusted);
      expect(await refusal(project, ["init"])).toMatchObject({
        exit: 2,
        code: "CONFIG_INVALID",
        message: expect.stringContaining("budget.session_usd in .conductor.yml counts only in your own file"),
      });
      expect(await refusal(project, RUN)).toMatchObject(untrusted);
      await project.write(".conductor.yml", "gates:\n  timeoutt: 5m\n");
      // What is wrong with it is said before anybody is asked to agree to it.
      for (const args of [["init"], ["trust", "--yes"], RUN, ["config", "list"]])
        expect(await refusal(project, args), args.join(" ")).toMatchObject({
          exit: 2,
          code: "CONFIG_INVALID",
          hint: 'Did you mean "gates.timeout"?',
        });
      await project.write(".conductor.yml", "gates:\n  timeout: [5m\nbudget: {\n");
      expect(await refusal(project, RUN)).toMatchObject({
        exit: 2,
        code: "CONFIG_INVALID",
        message: expect.stringMatching(/^\.conductor\.yml line 3, column 1 is not valid YAML: .*\.\nbudget: \{$/),
      });
      await project.write(".conductor.yml", "gates:\n  timeout: 5m\n");
      expect(await project.json(["init"])).toMatchObject({ exit: 0, data: { trusted_config: ".conductor.yml" } });
      await project.write(".conductor.yml", "gates:\n  timeout: 6m\n");
      expect(await refusal(project, RUN)).toMatchObject(untrusted);
      await rm(join(project.dir, ".conductor.yml"));
    });
  });
});

it("a repository without a commit is told to make one", async () => {
  const project = await makeProject({ repository: false });
  await project.git("init", "-q");
  expect(await refusal(project, RUN)).toMatchObject({ exit: 6, code: "GIT_NO_COMMITS" });
  expect(existsSync(join(project.dir, ".conductor"))).toBe(false);
  expect((await project.conductor(["init"])).stdout).toContain(
    'but not run yet.\n  There is no commit to work on top of:\n  git add -A && git commit -m "chore: as it is"\n',
  );
  await project.rig.remove();
});

it("a bare repository is called one, and nobody is told to make another", async () => {
  const project = await makeProject({ repository: false });
  await project.git("init", "-q", "--bare");
  expect(await refusal(project, RUN)).toEqual({
    exit: 6,
    code: "GIT_NOT_A_REPOSITORY",
    message: "DIR is a bare repository: it has no files that work could be done on",
    hint: `Work in a clone of it:  git clone ${project.dir}`,
  });
  const said = [await project.conductor(["init"]), await project.conductor(["doctor"])].map(({ stdout }) => stdout);
  for (const text of said) expect(text).not.toContain("git init");
  expect(said[0]).toContain(`git clone ${project.dir}`);
  await project.rig.remove();
});

it("nothing was made where nothing can have been made", async () => {
  const project = await makeProject({ repository: false });
  await project.git("init", "-q");
  const look = async (): Promise<void> => {
    expect(await project.conductor(["audit", "work"])).toMatchObject({
      code: 0,
      stdout: "Nothing was made here yet.\n",
    });
    expect(await project.json(["audit", "work"])).toMatchObject({ exit: 0, data: [] });
    expect(await project.json(["salvage", "list"])).toMatchObject({ exit: 0, data: [] });
  };
  await look();
  expect(existsSync(join(project.dir, ".conductor"))).toBe(false);
  await project.conductor(["init"]);
  await look();
  await project.rig.remove();
});

it("an agent's path that no clone has is refused before any work, with the whole path", async () => {
  const project = await makeProject();
  await project.useAgent(agentScript().finishes().scenario());
  await project.write("agent.sh", "#!/bin/sh\n");
  await project.conductor(["config", "set", "orchestration.agents.command.argv", "sh,./agent.sh"]);
  expect(await refusal(project, RUN)).toMatchObject({
    exit: 2,
    code: "CONFIG_INVALID",
    message: expect.stringContaining('"./agent.sh" is a path from here'),
    hint: expect.stringContaining(
      `conductor config set orchestration.agents.command.argv 'sh,${project.dir}/agent.sh'`,
    ),
  });
  expect(existsSync(join(project.dir, ".conductor"))).toBe(false);
  await project.rig.remove();
});

it("a budget that cannot be measured is no limit, whatever is said beside it but a time", async () => {
  const project = await makeProject();
  await project.useAgent(agentScript().finishes().scenario());
  await project.conductor(["config", "set", "orchestration.agents.command.reports_usage", "false"]);
  for (const more of [[], ["--max-tasks", "1"]])
    expect(await refusal(project, [...RUN, ...more])).toMatchObject({
      exit: 2,
      code: "USAGE",
      message: "--budget cannot hold command: it does not say what it uses.",
      hint: expect.stringContaining("--until 2h"),
    });
  const tokens = ["run", "--auto", "--allow-unsandboxed", "--budget-tokens", "1000"];
  expect(await refusal(project, tokens)).toMatchObject({
    exit: 2,
    message: "--budget-tokens cannot hold command: it does not say what it uses.",
  });
  for (const [words, held] of [
    [RUN, "$1.00"],
    [tokens, "1000 tokens"],
  ] as const) {
    const { code, stdout } = await project.conductor([...words, "--until", "2h", "--dry-run", "--format", "table"]);
    expect(code, stdout).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain(`${held} cannot be held: this agent does not say what it uses`);
  }
  await project.rig.remove();
});

it("init says what a run needs of git, and that a plan needs none of it", async () => {
  const project = await makeProject({ repository: false });
  const { data } = await project.json<{ missing: { cure: string } | null }>(["init"]);
  expect(data.missing?.cure).toBe('git init && git add -A && git commit -m "chore: as it is"');
  await project.write("a.txt", "a\n");
  execFileSync("sh", ["-c", data.missing!.cure], { cwd: project.dir, env: { ...project.rig.env }, stdio: "pipe" });
  expect(await project.json(["init"])).toMatchObject({ exit: 0, data: { missing: null } });
  expect((await project.conductor(["init"])).stdout).toContain("conductor is ready in ");
  await project.rig.remove();
});

describe("doctor", () => {
  interface Check {
    readonly id: string;
    readonly state: string;
    readonly what: string;
    readonly cure: string | null;
  }
  const missingIn = async (project: Project, env: Readonly<Record<string, string>> = {}) => {
    const { exit, data } = await project.json<readonly Check[]>(["doctor"], { env });
    expect(exit).toBe(0);
    return Object.fromEntries(data.filter(({ state }) => state === "missing").map(({ id, ...row }) => [id, row]));
  };

  it("names as missing, with its cure, what keeps a run from being possible", async () => {
    const project = await makeProject();
    const key = { state: "missing", what: expect.stringContaining("no API key"), cure: "export ANTHROPIC_API_KEY=..." };
    expect(await missingIn(project)).toEqual({ "agent claude": key });
    const { code, stdout } = await project.conductor(["doctor"]);
    expect({ code, first: stdout.split("\n")[0] }).toEqual({ code: 0, first: "A run is not possible yet." });
    expect(stdout).toMatch(/\n {2}missing {2}agent claude/);
    expect(await missingIn(project, { PATH: "/nonexistent" })).toMatchObject({
      git: { what: expect.stringContaining("git was not found"), cure: "Install git 2.38 or newer." },
    });
    await project.useAgent(agentScript().exits(0).scenario());
    expect(await missingIn(project)).toEqual({});
    expect((await project.conductor(["doctor"])).stdout).toContain("A run is possible.");
    await project.write(".conductor.yml", "gates:\n  timeoutt: 5m\n");
    expect(await missingIn(project)).toMatchObject({
      config: {
        what: '.conductor.yml line 2 has an unknown key "gates.timeoutt".',
        cure: 'Did you mean "gates.timeout"?',
      },
    });
    await project.write(".conductor.yml", "gates:\n  timeout: 5m\n");
    expect(await missingIn(project)).toMatchObject({ config: { cure: expect.stringContaining("conductor trust") } });
    await project.rig.remove();
  }, 120_000);
});

describe("a second run on the same repository", () => {
  it("is refused, and the first goes on unharmed", async () => {
    const project = await makeProject();
    await project.useAgent(agentScript().sleeps(600_000).scenario());
    await project.rig.taskwerk("init");
    await project.rig.taskwerk("add", "takes long");
    const first = project.rig.start("conductor", RUN);
    const said = ended(first);
    await firstLine(first);
    await new Promise<void>((resolve) => {
      let text = "";
      first.stdout!.on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("running TASK-001")) resolve();
      });
    });
    const second = await project.json(RUN);
    expect(second).toMatchObject({ exit: 8 });
    expect(second.error!.message).toContain("run-1");
    expect(await project.json(["status"])).toMatchObject({ data: { session: { id: "run-1", endedAt: null } } });
    expect(await project.json(["stop"])).toMatchObject({ exit: 0, data: { session: "run-1", stopped: true } });
    expect((await said).stdout).toContain("run-1  Stopped");
    expect(await project.json(["resume", "run-9"])).toMatchObject({
      exit: 3,
      error: { code: "SESSION_NOT_FOUND", candidates: ["run-1"], hint: "Not finished is run-1:  conductor resume" },
    });
    for (const verb of ["show", "restore"])
      expect(await project.json(["salvage", verb, "nope"])).toMatchObject({
        exit: 3,
        error: { code: "TASK_NOT_FOUND", hint: "What there is:  conductor salvage list" },
      });
    expect(await project.json(["answer", "Q1"])).toMatchObject({
      exit: 2,
      error: { message: "the answer is missing: conductor answer Q1 TEXT", hint: "What is asked:  conductor inbox Q1" },
    });
    expect(await project.json(["report", "run-9"])).toMatchObject({ exit: 3, error: { code: "SESSION_NOT_FOUND" } });
    expect(await project.json(["answer", "Q9", "x"])).toMatchObject({ exit: 3, error: { code: "DECISION_NOT_FOUND" } });
    expect(await project.json(["approve", "A1"])).toMatchObject({ exit: 3, error: { code: "DECISION_NOT_FOUND" } });
    expect(await project.json(["log", "TASK-9"])).toMatchObject({ exit: 3, error: { code: "TASK_NOT_FOUND" } });
    await project.rig.remove();
  }, 300_000);
});

describe("the help", () => {
  it("fits a terminal of 80 columns and names only commands that exist", async () => {
    const project = await makeProject({ repository: false });
    const words = [[], ["run"], ["doctor"], ["plan", "show"], ["status"], ["inbox"], ["report"], ["plan", "decompose"]];
    const pages = await Promise.all(words.map(async (word) => (await project.conductor(["help", ...word])).stdout));
    for (const line of pages.flatMap((page) => page.split("\n"))) expect(line.length, line).toBeLessThanOrEqual(80);
    await project.rig.remove();
  });
});
