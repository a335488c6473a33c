import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { agentRig, runAgent } from "../test-support/agent-rig.ts";
import { programAgent } from "../test-support/agents.ts";
import { available } from "../test-support/available.ts";
import { createAgents } from "./registry.ts";

vi.setConfig({ testTimeout: 60_000 });
const level = (await available()).at(-1)!;

/** Sends the given lines, waits for as many replies, prints them. */
const talks = (lines: string, replies: number): string => `
import { connect } from "node:net";
const socket = connect(process.env.CONDUCTOR_SOCKET);
let rest = "", count = 0;
socket.setEncoding("utf8").on("data", (chunk) => {
  const parts = (rest + chunk).split("\\n");
  rest = parts.pop();
  for (const part of parts) { console.log(part); if (++count === ${replies}) socket.end(); }
});
socket.on("error", () => {});
socket.write(${lines});
`;

test("it gets its brief in a file and on stdin, its marks, its words filled in, and nothing of ours", async () => {
  const rig = await agentRig(onTestFinished, level);
  const adapter = await programAgent(
    rig,
    "{brief} {workspace} {task}",
    { env: { OWN_KEY: "k" } },
    `import { readFileSync } from "node:fs";
const { CONDUCTOR_BRIEF, CONDUCTOR_TASK, CONDUCTOR_ATTEMPT, CONDUCTOR_SOCKET, OWN_KEY, HOME, ANTHROPIC_API_KEY, CANARY } = process.env;
console.log(JSON.stringify({ same: readFileSync(CONDUCTOR_BRIEF, "utf8") === readFileSync(0, "utf8"), CONDUCTOR_TASK, CONDUCTOR_ATTEMPT, OWN_KEY, HOME, ANTHROPIC_API_KEY, CANARY, cwd: process.cwd(), words: process.argv[2], brief: CONDUCTOR_BRIEF, short: CONDUCTOR_SOCKET.length < 100 }));`,
  );
  vi.stubEnv("CANARY", "leaked");
  const { of, end } = await runAgent(adapter, rig.options);
  vi.unstubAllEnvs();
  expect(end.reason).toBe("done");
  const told = JSON.parse(of("text")[0]!.text);
  expect(told).toEqual({
    same: true,
    CONDUCTOR_TASK: "TASK-007",
    CONDUCTOR_ATTEMPT: "S1/TASK-007/2",
    OWN_KEY: "k",
    HOME: rig.options.workspace.home,
    cwd: rig.dir,
    words: `${told.brief} ${rig.dir} TASK-007`,
    brief: told.brief,
    short: true,
  });
  expect(existsSync(told.brief)).toBe(false);
  expect((await readdir(rig.root)).filter((name) => name.startsWith("c-"))).toEqual([]);
});

test("broken requests are answered with what is wrong, good ones among them are heard", async () => {
  const rig = await agentRig(onTestFinished, level);
  const lines = [
    "nonsense",
    "[]",
    JSON.stringify({ id: 1, op: "merge" }),
    JSON.stringify({ id: 2, op: "task_note" }),
    JSON.stringify({ op: "task_get" }),
    JSON.stringify({ id: 3, op: "task_note", text: "hello" }),
    JSON.stringify({ id: 4, op: "usage", input_tokens: -1, output_tokens: 0 }),
    JSON.stringify({ id: "five", op: "claim_done" }),
  ];
  const adapter = await programAgent(rig, "x", {}, talks(JSON.stringify(`${lines.join("\n")}\n\n`), lines.length));
  const { of } = await runAgent(adapter, rig.options);
  const replies = of("text").map((one) => JSON.parse(one.text));
  expect(replies.filter((one) => !one.ok)).toEqual([
    { id: null, ok: false, error: "this line is no JSON" },
    { id: null, ok: false, error: expect.any(String) },
    { id: 1, ok: false, error: expect.any(String) },
    { id: 2, ok: false, error: expect.stringContaining("text") },
    { id: null, ok: false, error: expect.stringContaining("id") },
    { id: 4, ok: false, error: expect.stringContaining("input_tokens") },
  ]);
  expect(replies.filter((one) => one.ok)).toEqual([
    { id: 3, ok: true, result: null },
    { id: "five", ok: true, result: null },
  ]);
  expect(of("note").map((one) => one.text)).toEqual(["hello"]);
});

test("a line without end closes the connection, not conductor", async () => {
  const rig = await agentRig(onTestFinished, level);
  const adapter = await programAgent(rig, "x", {}, talks('"x".repeat(3_000_000)', 1));
  const { of, end } = await runAgent(adapter, rig.options);
  expect(end.reason).toBe("done");
  expect(of("text")[0]!.text).toContain("longer than");
});

test("too many messages close the connection", async () => {
  const rig = await agentRig(onTestFinished, level);
  const adapter = await programAgent(
    rig,
    "x",
    {},
    talks('"x\\n".repeat(20_100)', 20_001).replace(
      "console.log(part);",
      "if (/too many/.test(part)) console.log(part);",
    ),
  );
  const { of } = await runAgent(adapter, rig.options);
  expect(of("text").map((one) => one.text)).toEqual([expect.stringContaining("too many messages")]);
});

test("turns and cost beyond their limits end it", async () => {
  const say = (op: object) => JSON.stringify(`${JSON.stringify({ id: 1, ...op })}\n`);
  const waits = (lines: string) => `${talks(lines, 999)}setInterval(() => {}, 1000);`;
  const rig = await agentRig(onTestFinished, level, { turns: 2, usd: 0.5 });
  const turns = await programAgent(rig, "x", {}, waits(`${say({ op: "turn" })}.repeat(3)`));
  expect((await runAgent(turns, rig.options)).end.reason).toBe("turn_limit");
  const dear = await programAgent(
    rig,
    "x",
    {},
    waits(say({ op: "usage", input_tokens: 1, output_tokens: 1, cost_usd: 0.6 })),
  );
  expect((await runAgent(dear, rig.options)).end.reason).toBe("budget");
});

test("a failing exit is a crash with its last line; a program that is not there crashes too", async () => {
  const rig = await agentRig(onTestFinished, level);
  const failing = await programAgent(rig, "x", {}, 'console.error("first\\nno money left"); process.exitCode = 4;');
  expect((await runAgent(failing, rig.options)).end).toMatchObject({
    reason: "crashed",
    error: "exit code 4: no money left",
  });
  const throws = await programAgent(rig, "x", {}, 'throw new TypeError("no such colour");');
  expect((await runAgent(throws, rig.options)).end.error).toBe("exit code 1: TypeError: no such colour");
  const missing = await programAgent(rig, "x", { argv: ["/no/such/agent"], versionArgv: null });
  expect((await runAgent(missing, rig.options)).end.reason).toBe("crashed");
  expect(await missing.probe()).toMatchObject({
    ready: false,
    version: "unknown",
    problem: expect.stringContaining("/no/such/agent"),
  });
});

test("a socket path that would be too long is said before anything runs", async () => {
  const rig = await agentRig(onTestFinished, level);
  const deep = `${rig.root}/${"d".repeat(100)}`;
  await mkdir(deep);
  const long = await programAgent(rig, "x", { socketPrefix: join(deep, "c-") });
  await expect(long.open(rig.options)).rejects.toMatchObject({ code: "AGENT_UNAVAILABLE" });
  expect(await readdir(deep)).toEqual([]);
});

test("the registry knows its agents by name and says which there are", async () => {
  const rig = await agentRig(onTestFinished, "none");
  const config = {
    kind: "command",
    id: "a",
    argv: ["true"],
    env: {},
    binds: [],
    network: "none",
    reportsUsage: true,
    model: null,
    paidBy: null,
    versionArgv: null,
    socketPrefix: join(rig.root, "c-"),
    hostEnv: {},
  } as const;
  const agents = createAgents([config, { ...config, id: "b" }]);
  expect(agents.ids).toEqual(["a", "b"]);
  expect(agents.get("b").id).toBe("b");
  expect(() => agents.get("claude")).toThrow(expect.objectContaining({ code: "USAGE", candidates: ["a", "b"] }));
  expect(() => createAgents([config, config])).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(() => createAgents([{ ...config, argv: [] }])).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test.skipIf(level === "none")(
  "it reaches the hosts that it was given, and its log says what else it tried",
  async () => {
    const rig = await agentRig(onTestFinished, level);
    const model = createServer((_asked, answer) => void answer.end("thought"));
    await new Promise<void>((done) => model.listen(0, "127.0.0.1", done));
    onTestFinished(() => void model.close());
    const { port } = model.address() as AddressInfo;
    const adapter = await programAgent(
      rig,
      "x",
      { hosts: [`127.0.0.1:${port}`] },
      `import { get } from "node:http";
const say = (options) => new Promise((done) => get(options, (answer) => answer.on("data", (text) => { console.log(String(text).trim()); done(); })));
await say("http://127.0.0.1:${port}/");
const proxy = new URL(process.env.HTTP_PROXY);
await say({ host: proxy.hostname, port: proxy.port, path: "http://taskwerk.example:4711/tasks?token=canary" });`,
    );
    const { of, end } = await runAgent(adapter, rig.options);
    expect(end.reason).toBe("done");
    expect(of("text").map(({ text }) => text)).toEqual([
      "thought",
      "conductor: taskwerk.example:4711 is not among the hosts that may be reached",
    ]);
    expect(of("note")).toEqual([
      {
        type: "note",
        text: "It tried to reach taskwerk.example:4711, which is not among the hosts that may be reached.",
      },
    ]);
    expect(await rig.transcript()).toContain('"refused":"taskwerk.example:4711"');
    expect(await rig.transcript()).not.toContain("canary");
  },
);
