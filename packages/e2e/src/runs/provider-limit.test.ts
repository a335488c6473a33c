import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";
import { accountOf, atLimitUntil, proveWaiting, RUN } from "./provider-limit.ts";

describe("a provider that takes no requests for a while", () => {
  const keep = keepProjects();
  it(
    "is asked nothing before its reset, charges no try, and the run goes on by itself",
    () => proveWaiting(keep, 20),
    300_000,
  );

  it("is asked again at once when somebody who knows better says so, and the journal says who", async () => {
    const gate = { open: false };
    const server = await startModelServer(atLimitUntil(() => gate.open, 3_600));
    try {
      const { rig, conductor, git } = keep(await makeProject(QUICK, null));
      await addTasks(rig, ["Make alpha"]);
      const child = rig.start("conductor", [...RUN, "--budget", "5", "--json"], { env: accountOf(server) });
      child.stdin!.end();
      const end = ended(child);
      const status = async (): Promise<string> => (await conductor("status")).stdout;
      await expect.poll(status, { timeout: 60_000 }).toContain("Over already? conductor continue --account");
      const other = await conductor("continue", "--account", "somebody", "--json");
      expect([other.code, JSON.parse(other.stdout).error], other.stdout).toMatchObject([
        8,
        { code: "INVALID_TRANSITION", candidates: ["API key ...7Qf2"] },
      ]);
      gate.open = true;
      const lifted = await conductor("continue", "--account", "--actor", "ada", "--json");
      expect(dataOf(lifted), lifted.stdout).toMatchObject({ account: "API key ...7Qf2", by: "ada", driven: true });
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(git("show", "conductor/main:alpha.txt")).toBe("alpha");
      const events = dataOf<readonly { type: string; account?: string; by?: string }[]>(
        await conductor("events", "--json"),
      );
      expect(events.filter(({ type }) => type === "account.continued")).toMatchObject([
        { account: "API key ...7Qf2", by: "ada" },
      ]);
      const again = await conductor("continue", "--account", "--json");
      expect([again.code, JSON.parse(again.stdout).error.message]).toEqual([8, "no account is paused by its provider"]);
      const { tasks } = dataOf<{ tasks: readonly { tries: number }[] }>(await conductor("report", "--json"));
      expect(tasks.map(({ tries }) => tries)).toEqual([1]);
    } finally {
      await server.close();
    }
  }, 300_000);

  it("pauses the account until the time in the words of Claude Code's own limit, and charges no try", async () => {
    const { rig, conductor, git } = keep(await makeProject(QUICK, null));
    await addTasks(rig, ["Make alpha"]);
    const program = join(rig.env.HOME!, "claude-bin", "claude");
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, LIMITED_CLAUDE, { mode: 0o755 });
    expect((await conductor("config", "set", "orchestration.agents.claude.path", program)).code).toBe(0);
    const env = { ANTHROPIC_API_KEY: "sk-dummy-key-of-a-test-7Qf2" };
    const words = ["run", "--auto", "--allow-unsandboxed", "--agent", "claude-cli", "--budget", "5", "--json"];
    const ran = await rig.run("conductor", words, { env });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:alpha.txt")).toBe("alpha");
    const events = dataOf<readonly { type: string; until?: string; reason?: string }[]>(
      await conductor("events", "--json"),
    );
    const [paused, ...more] = events.filter(({ type }) => type === "account.paused");
    const opens = Date.parse(paused?.until ?? "") / 1000;
    expect([paused?.reason, more]).toEqual([`Claude AI usage limit reached|${opens}`, []]);
    const { tasks } = dataOf<{ tasks: readonly { tries: number; attempts: number }[] }>(
      await conductor("report", "--json"),
    );
    expect(tasks).toMatchObject([{ tries: 1, attempts: 1 }]);
  }, 300_000);
});

describe("a key that the provider refuses", () => {
  const keep = keepProjects();

  it("ends the run at once: no try of a task is charged, and nothing was spent", async () => {
    const server = await startModelServer({
      lanes: [{ name: "work", loop: true, turns: [{ error: 401, message: "invalid x-api-key" }] }],
    });
    try {
      const { rig, conductor } = keep(await makeProject(QUICK, null));
      await addTasks(rig, ["Make alpha"]);
      const ran = await rig.run("conductor", [...RUN, "--budget", "5"], { env: accountOf(server) });
      expect(ran.code, ran.stdout + ran.stderr).toBe(4);
      const { tasks, costs } = dataOf<{
        tasks: readonly { tries: number; attempts: number; costUsd: number | null }[];
        costs: { usd: number | null; unknown: number };
      }>(await conductor("report", "--json"));
      expect(tasks).toMatchObject([{ tries: 0, attempts: 1, costUsd: 0 }]);
      expect(costs).toMatchObject({ usd: 0, unknown: 0 });
      expect((await conductor("status")).stdout).toMatch(/^ +Spent +\$0\.00 of \$5\.00 /m);
      expect((await conductor("why", "TASK-001")).stdout).toContain("TASK-001  Make alpha: to go\n");
    } finally {
      await server.close();
    }
  }, 120_000);
});

/** A `claude` that says for seconds from its first words on that its subscription is at its limit, and works afterwards. */
const LIMITED_CLAUDE = `#!${process.execPath}
const { execFileSync } = require("node:child_process");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
if (process.argv[2] === "--version") { console.log("2.1.197 (Claude Code)"); process.exit(0); }
readFileSync(0);
const out = (line) => process.stdout.write(JSON.stringify(line) + "\\n");
const end = { type: "result", subtype: "success", total_cost_usd: 0.01, usage: { input_tokens: 1, output_tokens: 1 }, permission_denials: [] };
out({ type: "system", subtype: "init", model: "claude-sonnet-5-5", session_id: "s" });
const kept = ".git/opens";
if (!existsSync(kept)) writeFileSync(kept, String(Math.ceil(Date.now() / 1000) + 8));
const opens = Number(readFileSync(kept, "utf8"));
if (Date.now() < opens * 1000) {
  out({ ...end, is_error: true, result: "Claude AI usage limit reached|" + opens });
  process.exitCode = 1;
} else {
  writeFileSync("alpha.txt", "alpha\\n");
  execFileSync("git", ["add", "-A"]);
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "feat: alpha"]);
  out({ ...end, is_error: false, result: "Done." });
}
`;
