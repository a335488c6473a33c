import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const SCENARIO = scenarioOf([
  agentScript("Choose a colour")
    .asks("Which colour?", { options: ["red", "blue"] })
    .finishes(),
  agentScript("Write a text").writes("text.txt", "text\n").uses(1000, 1000, 0.5).finishes(),
  agentScript("Write another").writes("other.txt", "other\n").uses(1000, 1000, 0.7).finishes(),
  agentScript("Take long").writes("long.txt", "long\n").sleeps(60_000).finishes(),
]);
const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "5"];

interface Checked {
  readonly preflight: {
    readonly tells: readonly { readonly kind: string; readonly problem?: string | null }[];
    readonly sleeps: string | null;
    readonly forecast: Readonly<Record<string, unknown>>;
  };
}

describe("a run that nobody watches", () => {
  const keep = keepProjects();
  let server: Server;
  let received: { readonly title: string; readonly body: string }[];
  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        received.push({ title: String(request.headers.title), body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const start = async (...titles: readonly string[]): Promise<Project> => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await addTasks(project.rig, titles);
    return project;
  };
  /** A program on a PATH of this story's own. */
  const program = ({ rig }: Project, name: string, script: string): Readonly<Record<string, string>> => {
    const bin = join(rig.env.HOME!, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
    return { PATH: `${bin}:${rig.env.PATH}` };
  };
  const url = (): string => `http://127.0.0.1:${(server.address() as { port: number }).port}/mine-alone`;

  it("tells its people: a test before, what waits for them, and how it ended", async () => {
    const project = await start("Choose a colour", "Write a text");
    const { conductor, rig } = project;
    const told = join(rig.env.HOME!, "told");
    const env = program(project, "tells", `{ echo "$CONDUCTOR_TITLE"; cat; echo; } >> ${told}`);
    const ways = [{ post: url() }, { command: ["tells"] }, { post: "http://127.0.0.1:1025/nobody" }];
    expect((await conductor("config", "set", "notify", JSON.stringify(ways))).code).toBe(0);
    const ran = await rig.run("conductor", [...RUN, "--format", "table"], { env });
    // Who cannot be reached changes nothing.
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(ran.stdout).toMatch(/^ {2}Tells {5}http:\/\/127.0.0.1:\d+\/mine...: test message delivered$/m);
    expect(ran.stdout).toMatch(/^ {12}tells: test message delivered$/m);
    expect(ran.stdout).toMatch(/^ {12}http:\/\/127.0.0.1:1025\/nobo...: failed: nobody listens there$/m);
    expect(ran.stderr.match(/could not be told: nobody listens there/g)).toHaveLength(1);
    expect(received).toEqual([
      { title: "work: conductor can reach you", body: expect.stringContaining("A test") },
      {
        title: "work: question Q1 waits for you",
        body: "[work run-1] Q1 frees 1 task: Which colour? 1 red 2 blue Answer: conductor answer Q1 1",
      },
      {
        title: "work: run-1 is paused",
        body: "1 task landed, 1 card waits for you\nwaits for Q1\n\nconductor inbox",
      },
    ]);
    expect(readFileSync(told, "utf8")).toContain(
      "work: question Q1 waits for you\n[work run-1] Q1 frees 1 task: Which colour?",
    );
    // What it was told of once it is not told of again.
    await rig.run("conductor", ["resume", "--allow-unsandboxed", "--json"], { env });
    expect(received.filter(({ title }) => title.includes("Q1"))).toHaveLength(1);
  }, 400_000);

  it("is not told where to by a repository", async () => {
    const { conductor, rig } = await start("Write a text");
    writeFileSync(join(rig.dir, ".conductor.yml"), `notify:\n  - post: ${url()}\n`);
    const trusted = await conductor("trust", "--yes", "--json");
    expect(JSON.parse(trusted.stdout).error).toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("notify in .conductor.yml counts only in your own file"),
    });
    expect((await conductor(...RUN, "--json")).code).not.toBe(0);
    expect(received).toEqual([]);
  }, 400_000);

  it("forecasts from what has landed here, and says what it does not know", async () => {
    const project = await start("Write a text", "Write another");
    const check = async (): Promise<Checked["preflight"]> =>
      dataOf<Checked>(await project.conductor(...RUN, "--dry-run", "--json")).preflight;
    expect((await check()).forecast).toMatchObject({ tasks: 2, from: "nothing", usd: null, totalMs: null });
    const first = await project.conductor(...RUN, "--max-tasks", "1", "--json");
    expect(JSON.parse(first.stdout).data.exit, first.stdout).toBe(14);
    const { forecast } = await check();
    expect(forecast).toMatchObject({ tasks: 1, from: "history", landedBefore: 1, usd: 0.5, dear: false });
    expect(forecast.totalMs).toBeGreaterThan(0);
  }, 400_000);

  it("holds the machine awake while it lasts, also when it is killed, and says where that cannot be", async () => {
    const project = await start("Take long");
    const { rig } = project;
    const none = dataOf<Checked>(
      await rig.run("conductor", [...RUN, "--dry-run", "--json"], {
        env: program(project, "systemd-inhibit", "echo 'no bus' >&2; exit 1"),
      }),
    );
    expect(none.preflight.sleeps).toBe("systemd-inhibit: no bus");
    const marks = join(rig.env.HOME!, "marks");
    mkdirSync(marks);
    const env = program(
      project,
      "systemd-inhibit",
      `touch ${marks}/$$; while [ "\${1#--}" != "$1" ]; do shift; done; "$@"`,
    );
    const held = (): readonly string[] => readdirSync(marks).filter((pid) => existsSync(`/proc/${pid}`));
    const checked = dataOf<Checked>(await rig.run("conductor", [...RUN, "--dry-run", "--json"], { env }));
    expect(checked.preflight.sleeps).toBeNull();
    while (held().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const child = rig.start("conductor", RUN, { env });
    child.stdin!.end();
    const working = new Promise<void>((resolve) => {
      let said = "";
      child.stdout!.on("data", (chunk: string) => {
        said += chunk;
        if (said.includes("running TASK-001")) resolve();
      });
    });
    await working;
    expect(held()).toHaveLength(1);
    child.kill("SIGKILL");
    while (held().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }, 400_000);
});
