import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type AgentScript, agentScript, scenarioOf } from "./agent-script.ts";

type Request = Readonly<Record<string, unknown>> & { readonly id: number; readonly op: string };

const built = mkdtempSync(join(tmpdir(), "scripted-agent-"));
const agent = join(built, "scripted-agent.cjs");
let dir = "";
let clone = "";
let server: Server;
let asked: Request[] = [];
let socket: Socket | null = null;
let child: ChildProcess | null = null;
/** Answers a request; undefined leaves it open. */
let answer: (request: Request) => object | undefined;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("./scripted-agent.ts", import.meta.url))],
    outfile: agent,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
  });
});
afterAll(() => rmSync(built, { recursive: true }));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "agent-"));
  clone = join(dir, "clone");
  execFileSync("git", ["init", "-q", "-b", "main", clone]);
  asked = [];
  answer = () => ({});
  server = createServer((connection) => {
    socket = connection;
    connection.on("error", () => undefined);
    createInterface({ input: connection }).on("line", (line) => {
      const request = JSON.parse(line) as Request;
      asked.push(request);
      const result = answer(request);
      if (result !== undefined) connection.write(`${JSON.stringify({ id: request.id, ok: true, result })}\n`);
    });
  });
  await new Promise<void>((done) => server.listen(join(dir, "socket"), done));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  socket?.destroy();
  await new Promise((done) => server.close(done));
  rmSync(dir, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Telling {
  readonly brief?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly alone?: boolean;
}

function play(
  scripts: AgentScript | readonly AgentScript[],
  { brief = "", env = {}, alone = false }: Telling = {},
): Promise<Ended> {
  const file = join(dir, "scenario.json");
  writeFileSync(file, JSON.stringify(scenarioOf([scripts].flat())));
  writeFileSync(join(dir, "brief.md"), brief);
  const own = alone ? {} : { CONDUCTOR_SOCKET: join(dir, "socket"), CONDUCTOR_BRIEF: join(dir, "brief.md") };
  const running = spawn(process.execPath, [agent, file], {
    cwd: clone,
    env: { PATH: process.env.PATH ?? "", HOME: dir, ...own, ...env },
  });
  child = running;
  let [stdout, stderr] = ["", ""];
  running.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  running.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  running.stdin.on("error", () => undefined);
  running.stdin.end(brief);
  return new Promise((done) => running.once("close", (code, signal) => done({ code, signal, stdout, stderr })));
}

const ops = () => asked.map(({ op }) => op);
const until = async (true_: () => boolean) => {
  while (!true_()) await new Promise((done) => setTimeout(done, 5));
};
const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, encoding: "utf8" }).trim();

it("writes, patches, runs, commits and claims, and reports each as a use of a tool", async () => {
  const script = agentScript()
    .writes("src/a.txt", ["one", "two"])
    .patches("src/a.txt", "two", "2")
    .writes("gone.txt", "x")
    .deletes("gone.txt")
    .runs("cat src/a.txt && echo to-stderr >&2")
    .runs("exit 7", "fail")
    .notes("half way")
    .uses(100, 20, 0.5)
    .uses(50, 5)
    .finishes("2 tests green");
  const ended = await play(script, { env: { CONDUCTOR_TASK_TITLE: "Add a" } });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(git("log", "--format=%s %ae", "--name-only")).toBe("feat: Add a agent@localhost\n\nsrc/a.txt");
  expect(git("status", "--short")).toBe("");
  expect(readFileSync(join(clone, "src/a.txt"), "utf8")).toBe("one\n2\n");
  const tools = asked.filter(({ op }) => op === "tool");
  expect(tools.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
    "write true",
    "edit true",
    "write true",
    "delete true",
    "bash true",
    "bash false",
    "bash true",
  ]);
  expect(tools[4]).toMatchObject({ input: "cat src/a.txt && echo to-stderr >&2", output: "one\n2\nto-stderr\n" });
  expect(ops().filter((op) => op === "turn")).toHaveLength(7);
  expect(asked.filter(({ op }) => op === "usage").at(-1)).toMatchObject({
    input_tokens: 150,
    output_tokens: 25,
    cost_usd: 0.5,
  });
  expect(asked.at(-1)).toMatchObject({ op: "claim_done", evidence: "2 tests green" });
});

it("waits for a person, and writes what was answered", async () => {
  answer = ({ op }) => (op === "ask_human" ? undefined : {});
  const script = agentScript()
    .asks("Exit 1 or 2?", { options: ["1", "2"], default: "1", as: "exit" })
    .writes("exit.txt", "{{exit}} {{unknown}}")
    .does(
      { say: "two it is", when: { answers: { exit: "2" } } },
      { say: "one it is", when: { answers: { exit: "1" } } },
    );
  const playing = play(script);
  await until(() => ops().includes("ask_human"));
  const { id, op: _, ...question } = asked.at(-1)!;
  expect(question).toEqual({ question: "Exit 1 or 2?", options: ["1", "2"], default: "1", reversible: true });
  socket!.write(`${JSON.stringify({ id, ok: true, result: { answer: "2, as grep does" } })}\n`);
  expect(await playing).toMatchObject({ code: 0, stdout: "two it is\n" });
  expect(readFileSync(join(clone, "exit.txt"), "utf8")).toBe("2 {{unknown}}");
});

it("does not ask again what the brief answers", async () => {
  const script = agentScript()
    .asks("Which db?", { options: ["sqlite", "postgres"], as: "db" })
    .writes("db.txt", "{{db}}");
  await play(script, { brief: "# Task\n\n## Answers\n- Which db?\n  Answer (by you): **postgres**\n" });
  expect(ops()).not.toContain("ask_human");
  expect(readFileSync(join(clone, "db.txt"), "utf8")).toBe("postgres");
});

it("repeats itself until it is nudged, then goes on another way", async () => {
  const script = agentScript()
    .repeats(200, { run: "cat missing" }, { sleep: 5 })
    .says("never said")
    .onNudge()
    .writes("missing", "found")
    .finishes();
  const playing = play(script);
  await until(() => asked.filter(({ op }) => op === "tool").length >= 4);
  socket!.write('{"nudge":"the same error 4 times"}\n');
  const ended = await playing;
  expect(ended.stdout).toBe("[nudge] the same error 4 times\n");
  const runs = asked.filter(({ name, input }) => name === "bash" && input === "cat missing");
  expect(new Set(runs.map(({ output, ok }) => `${output}${ok}`)).size).toBe(1);
  expect(ops()).toContain("claim_done");
});

it("ends a loop early where the scenario says so", async () => {
  const script = agentScript().repeatsUntilNudged(10_000, { tool: "read", output: "same" }, { sleep: 5 }).finishes();
  const playing = play(script);
  await until(() => asked.filter(({ op }) => op === "tool").length >= 4);
  socket!.write('{"nudge":"stop"}\n');
  expect(await playing).toMatchObject({ code: 0 });
  expect(asked.filter(({ name }) => name === "read").length).toBeLessThan(1_000);
});

it("plays what its task says, by title, by id, or by what the brief speaks of first", async () => {
  const scripts = [
    agentScript("Limit requests (4)").says("limit"),
    agentScript("Retry").says("retry"),
    agentScript({ id: "^TASK-7$" }).says("seven"),
  ];
  expect((await play(scripts, { env: { CONDUCTOR_TASK_TITLE: "Retry after Limit requests" } })).stdout).toBe("retry\n");
  expect((await play(scripts, { env: { CONDUCTOR_TASK_ID: "TASK-7", CONDUCTOR_TASK_TITLE: "x" } })).stdout).toBe(
    "seven\n",
  );
  const brief = "# Retry with backoff\nAfter: Limit requests (4) landed";
  expect((await play(scripts, { brief })).stdout).toBe("retry\n");
  answer = ({ op }) => (op === "task_get" ? { task: { title: "limit REQUESTS (4)" } } : {});
  expect((await play(scripts, { brief })).stdout).toBe("limit\n");
  answer = () => ({ title: "Something else" });
  expect(await play(scripts)).toMatchObject({ code: 3, stdout: "" });
});

it("behaves otherwise in a later attempt, and when the brief tells what was red", async () => {
  const script = agentScript().says("first").on({ attempt: 3 }).says("third").onRework().says("rework");
  const env = (attempt: string) => ({ env: { CONDUCTOR_ATTEMPT: attempt } });
  expect((await play(script, env("s1/TASK-001/1"))).stdout).toBe("first\n");
  expect((await play(script, env("s1/TASK-001/3"))).stdout).toBe("third\n");
  expect((await play(script, { brief: "# T\n\n## What was red in the last try\n\ntest" })).stdout).toBe("rework\n");
});

it("crashes, exits, stays silent and leaves processes behind", async () => {
  expect(await play(agentScript().says("before").crashes())).toMatchObject({ signal: "SIGKILL", stdout: "before\n" });
  expect(await play(agentScript().exits(9))).toMatchObject({ code: 9 });
  const flooded = await play(agentScript().floods(300_000));
  expect(flooded.stdout.length).toBe(300_000);
  const playing = play(agentScript().says("hanging").hangs("deaf"));
  await until(() => ops().includes("turn"));
  child!.kill("SIGTERM");
  await new Promise((done) => setTimeout(done, 100));
  expect(child!.exitCode).toBeNull();
  child!.kill("SIGKILL");
  expect(await playing).toMatchObject({ signal: "SIGKILL" });
  await play(agentScript().forks("echo $$ > pid; exec sleep 60"));
  await until(() => readOr(join(clone, "pid")) !== "");
  process.kill(Number(readOr(join(clone, "pid"))));
});

const readOr = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

it("says where a step does not fit the tree", async () => {
  const patched = await play(agentScript().writes("a", "x x").patches("a", "x", "y"));
  expect(patched).toMatchObject({ code: 1, stderr: 'scripted agent: a: "x" is there 2 times\n' });
  const ran = await play(agentScript().runs("echo no; exit 4", "ok"));
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('"echo no; exit 4" ended with 4, expected ok');
});

it("works alone: the brief on stdin, questions answered by their default", async () => {
  const script = agentScript("Add")
    .asks("a or b?", { options: ["a", "b"], default: "b", as: "x" })
    .says("{{x}}")
    .notes("n");
  const ended = await play(script, { alone: true, brief: "# Add it" });
  expect(ended).toMatchObject({ code: 0, stdout: "b\n[task_note] n\n" });
});

it("ends when conductor goes away while it waits", async () => {
  answer = ({ op }) => (op === "ask_human" ? undefined : {});
  const playing = play(agentScript().asks("still there?"));
  await until(() => ops().includes("ask_human"));
  socket!.destroy();
  expect(await playing).toMatchObject({ code: 1, stderr: "scripted agent: conductor closed the connection\n" });
});
