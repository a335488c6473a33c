import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lane } from "@taskwerk/rehearsal/model/script";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { execa } from "execa";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { AgentAdapter } from "../model/agent.ts";
import { type AgentRig, agentRig, runAgent } from "../test-support/agent-rig.ts";
import { modelAgent, programAgent } from "../test-support/agents.ts";
import { available } from "../test-support/available.ts";
import { fakeClaude } from "../test-support/fake-claude.ts";

vi.setConfig({ testTimeout: 60_000 });
const levels = await available();
type Behaviour = "finishes" | "asks" | "nudged" | "hangs" | "crashes" | "floods" | "idles-by" | "blocked";

const COMMIT = 'git add -A && git -c user.name=a -c user.email=a@example.org commit -qm "feat: hello"';

/** What the program of test-support does by these names, done by a model. */
const SCRIPTS: Readonly<Record<Behaviour, Lane["turns"]>> = {
  finishes: [
    { tool: { name: "edit", input: { command: "create", path: "hello.txt", file_text: "TASK-007" } } },
    { tool: { name: "bash", input: { command: COMMIT } } },
    { tool: { name: "claim_done", input: { evidence: "it is there" } } },
    { text: "Done." },
  ],
  asks: [
    {
      tool: {
        name: "ask_human",
        input: { question: "Which db?", options: ["sqlite", "postgres"], default: "sqlite", reversible: true },
      },
    },
    { tool: { name: "bash", input: { command: "printf %s '{{lastToolResult}}' > answer.txt" } } },
    { text: "Done." },
  ],
  nudged: [
    { text: "waiting", tool: { name: "bash", input: { command: "sleep 0.3" } } },
    ({ users }) => {
      const nudge = /person in charge: (.*)/.exec(users.at(-1) ?? "")?.[1] ?? "no nudge came";
      return { tool: { name: "edit", input: { command: "create", path: "nudge.txt", file_text: nudge } } };
    },
    { text: "Done." },
  ],
  hangs: [{ text: "let me think", hang: "mid" }],
  crashes: [{ error: 500, message: "out of luck", times: 20 }],
  floods: [{ text: "x".repeat(400_000) }],
  "idles-by": [{ text: "nothing to do" }],
  blocked: [{ tool: { name: "report_blocker", input: { reason: "no schema" } } }, { text: "Sorry." }],
};

async function behaving(kind: AgentAdapter["kind"], rig: AgentRig, behaviour: Behaviour): Promise<AgentAdapter> {
  if (kind === "command") return programAgent(rig, behaviour);
  if (kind === "claude-cli") return fakeClaude(rig, behaviour);
  const server = await startModelServer({ lanes: [{ name: "agent", turns: SCRIPTS[behaviour] }] });
  onTestFinished(() => server.close());
  return modelAgent(server.url);
}

/** The loop over the API is the same at every level, and Claude Code's command line is a command: tried at the strongest only. */
const cases = levels.flatMap((level) =>
  level === levels.at(-1)
    ? [
        { level, kind: "command" as const },
        { level, kind: "claude-api" as const },
        { level, kind: "claude-cli" as const },
      ]
    : [{ level, kind: "command" as const }],
);

describe.each(cases)("$kind at level $level", ({ level, kind }) => {
  test("finishes: works in its clone, commits, claims, and ends once", async () => {
    const rig = await agentRig(onTestFinished, level);
    const adapter = await behaving(kind, rig, "finishes");
    const { end, of } = await runAgent(adapter, rig.options);
    expect(end).toEqual({ type: "end", reason: "done", error: null, resetAt: null });
    expect(await readFile(join(rig.dir, "hello.txt"), "utf8")).toBe("TASK-007");
    expect((await execa("git", ["log", "--format=%s"], { cwd: rig.dir })).stdout).toBe("feat: hello");
    expect(of("claim_done").map((one) => one.evidence)).toEqual(["it is there"]);
    expect(of("tool")[0]).toMatchObject({ ok: true, hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(of("turn").map((one) => one.n)[0]).toBe(1);
    expect(of("usage").at(-1)!.usage.usd).toBeGreaterThan(0);
    expect(await rig.transcript()).toContain("it is there");
  });

  test("asks, waits without idling, and is answered", async () => {
    const rig = await agentRig(onTestFinished, level, { idleMs: 1_500 });
    const adapter = await behaving(kind, rig, "asks");
    const { end, of } = await runAgent(adapter, rig.options, (event, session) => {
      if (event.type === "ask") setTimeout(() => session.reply(event.id, "postgres"), 2_500);
    });
    expect(of("ask")[0]!.question).toEqual({
      text: "Which db?",
      options: ["sqlite", "postgres"],
      default: "sqlite",
      reversible: true,
    });
    expect(end.reason).toBe("done");
    expect(await readFile(join(rig.dir, "answer.txt"), "utf8")).toBe("postgres");
  });

  test("hears a nudge, or says that it cannot", async () => {
    const rig = await agentRig(onTestFinished, level);
    const adapter = await behaving(kind, rig, "nudged");
    const told: Promise<boolean>[] = [];
    const { end } = await runAgent(adapter, rig.options, (event, session) => {
      if (event.type === "text" && told.length === 0) told.push(session.nudge("try the other file"));
    });
    // Claude Code reads its input once; whoever would nudge it goes on to the next rung.
    const listens = kind !== "claude-cli";
    expect(await Promise.all(told)).toEqual([listens]);
    expect(end.reason).toBe("done");
    if (!listens) return;
    expect(await readFile(join(rig.dir, "nudge.txt"), "utf8")).toBe("try the other file");
  });

  test("is cancelled by a call and by the signal; a question that is open does not hold it", async () => {
    for (const [behaviour, by] of [
      ["hangs", "call"],
      ["asks", "call"],
      ["asks", "signal"],
    ] as const) {
      const rig = await agentRig(onTestFinished, level);
      const adapter = await behaving(kind, rig, behaviour);
      const abort = new AbortController();
      const session = await adapter.open({ ...rig.options, signal: abort.signal });
      const events: string[] = [];
      if (behaviour === "hangs") void session.cancel();
      for await (const event of session.events) {
        events.push(event.type === "end" ? `end ${event.reason}` : event.type);
        if (event.type === "ask" && by === "call") void session.cancel();
        if (event.type === "ask" && by === "signal") abort.abort();
      }
      expect(events.at(-1), `${behaviour} by ${by}`).toBe("end cancelled");
      if (session.process !== null) expect(existsSync(`/proc/${session.process.pid}`)).toBe(false);
    }
  });

  test("crashes, and says what it said last", async () => {
    const rig = await agentRig(onTestFinished, level);
    const { end } = await runAgent(await behaving(kind, rig, "crashes"), rig.options);
    expect(end.reason).toBe("crashed");
    expect(end.error).toContain("out of luck");
  });

  test("hangs, and is idle", async () => {
    const rig = await agentRig(onTestFinished, level, { idleMs: 700 });
    const { end } = await runAgent(await behaving(kind, rig, "hangs"), rig.options);
    expect(end.reason).toBe("idle");
  });

  test("takes longer than it may", async () => {
    const rig = await agentRig(onTestFinished, level, { wallMs: 900 });
    const { end } = await runAgent(await behaving(kind, rig, "hangs"), rig.options);
    expect(end.reason).toBe("timeout");
  });

  test("floods, and is stopped", async () => {
    const rig = await agentRig(onTestFinished, level, { outputBytes: 300_000 });
    const { end, of } = await runAgent(await behaving(kind, rig, "floods"), rig.options);
    expect(end.reason).toBe("output_limit");
    expect(of("text").reduce((sum, one) => sum + one.text.length, 0)).toBeLessThan(600_000);
    expect((await rig.transcript()).length).toBeLessThan(700_000);
  });

  test("exits without a commit, which is its end and no more", async () => {
    const rig = await agentRig(onTestFinished, level);
    const { end, of } = await runAgent(await behaving(kind, rig, "idles-by"), rig.options);
    expect(end.reason).toBe("done");
    expect(
      of("text")
        .map((one) => one.text)
        .join(""),
    ).toBe("nothing to do");
    expect(of("claim_done")).toEqual([]);
  });

  test("reports a blocker", async () => {
    const rig = await agentRig(onTestFinished, level);
    const { of } = await runAgent(await behaving(kind, rig, "blocked"), rig.options);
    expect(of("blocker")).toEqual([{ type: "blocker", kind: "needs-task", reason: "no schema" }]);
  });

  test("is probed", async () => {
    const rig = await agentRig(onTestFinished, level);
    const info = await (await behaving(kind, rig, "finishes")).probe();
    expect(info).toMatchObject({ kind, ready: true, problem: null, version: expect.stringMatching(/^\d+\.\d+/) });
  });
});
