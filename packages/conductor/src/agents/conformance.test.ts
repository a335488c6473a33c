import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test, vi } from "vitest";
import { agentRig, runAgent } from "../test-support/agent-rig.ts";
import { behaving } from "../test-support/agents.ts";
import { available } from "../test-support/available.ts";

vi.setConfig({ testTimeout: 60_000 });
const levels = await available();
const kinds = ["command", "claude-api"] as const;

describe.each(levels.flatMap((level) => kinds.map((kind) => ({ level, kind }))))(
  "$kind at level $level",
  ({ level, kind }) => {
    test("finishes: works in its clone, commits, claims, and ends once", async () => {
      const rig = await agentRig(level);
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
      const rig = await agentRig(level, { idleMs: 1_500 });
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

    test("hears a nudge", async () => {
      const rig = await agentRig(level);
      const adapter = await behaving(kind, rig, "nudged");
      const told: Promise<boolean>[] = [];
      const { end } = await runAgent(adapter, rig.options, (event, session) => {
        if (event.type === "text" && told.length === 0) told.push(session.nudge("try the other file"));
      });
      expect(await Promise.all(told)).toEqual([true]);
      expect(end.reason).toBe("done");
      expect(await readFile(join(rig.dir, "nudge.txt"), "utf8")).toBe("try the other file");
    });

    test("is cancelled by a call and by the signal; a question that is open does not hold it", async () => {
      for (const [behaviour, by] of [
        ["hangs", "call"],
        ["asks", "call"],
        ["asks", "signal"],
      ] as const) {
        const rig = await agentRig(level);
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
      const rig = await agentRig(level);
      const { end } = await runAgent(await behaving(kind, rig, "crashes"), rig.options);
      expect(end.reason).toBe("crashed");
      expect(end.error).toContain("out of luck");
    });

    test("hangs, and is idle", async () => {
      const rig = await agentRig(level, { idleMs: 700 });
      const { end } = await runAgent(await behaving(kind, rig, "hangs"), rig.options);
      expect(end.reason).toBe("idle");
    });

    test("takes longer than it may", async () => {
      const rig = await agentRig(level, { wallMs: 900 });
      const { end } = await runAgent(await behaving(kind, rig, "hangs"), rig.options);
      expect(end.reason).toBe("timeout");
    });

    test("floods, and is stopped", async () => {
      const rig = await agentRig(level, { outputBytes: 300_000 });
      const { end, of } = await runAgent(await behaving(kind, rig, "floods"), rig.options);
      expect(end.reason).toBe("output_limit");
      expect(of("text").reduce((sum, one) => sum + one.text.length, 0)).toBeLessThan(600_000);
      expect((await rig.transcript()).length).toBeLessThan(700_000);
    });

    test("exits without a commit, which is its end and no more", async () => {
      const rig = await agentRig(level);
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
      const rig = await agentRig(level);
      const { of } = await runAgent(await behaving(kind, rig, "blocked"), rig.options);
      expect(of("blocker")).toEqual([{ type: "blocker", reason: "no schema" }]);
    });

    test("is probed", async () => {
      const rig = await agentRig(level);
      const info = await (await behaving(kind, rig, "finishes")).probe();
      expect(info).toMatchObject({ kind, ready: true, problem: null, version: expect.stringMatching(/^\d+\.\d+/) });
    });
  },
);
