/** Claude Code's real command line with `taskwerk mcp` as its tools, and a scripted model: it lists, claims and closes a task. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Task } from "@taskwerk/contract/task";
import { CLAUDE } from "@taskwerk/rehearsal/find-claude";
import type { ComputedTurn, Turn } from "@taskwerk/rehearsal/model/script";
import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { describe, expect, it } from "vitest";
import { makeRig, programPath } from "../rig.ts";

const run = promisify(execFile);
const TOOL = "mcp__taskwerk__";
const taskwerk = (name: string, input: Readonly<Record<string, unknown>>): Turn => ({
  tool: { name: `${TOOL}${name}`, input },
});

/** What the script says next, by how much it has been answered; ids and tokens are read from those answers. */
const turn: ComputedTurn = ({ results }) => {
  const answer = (n: number) => JSON.parse(results[n]!.text);
  const id = (): string => answer(0).tasks[0].id;
  switch (results.length) {
    case 0:
      return taskwerk("task_list", { ready: true });
    case 1:
      return taskwerk("task_claim", { id: id() });
    case 2:
      return taskwerk("task_context", { id: id() });
    case 3:
      return taskwerk("task_update", { id: id(), status: "done" });
    case 4:
      // That was refused: what is claimed is closed with its token.
      return taskwerk("task_update", {
        id: id(),
        check: [1],
        note: "It ends now.",
        status: "done",
        evidence: { tests: "pass" },
        claim: answer(1).claim,
      });
    default:
      return { text: "Closed." };
  }
};

/** The documented line that makes the tools known to Claude Code. */
const documented = (): readonly string[] => {
  const text = readFileSync(join(dirname(programPath("taskwerk")), "../docs/mcp.md"), "utf8");
  return /^claude (mcp add .*)$/m.exec(text)![1]!.split(" ");
};

describe.skipIf(CLAUDE === "")("Claude Code with taskwerk's tools", () => {
  it("lists, claims and closes a task, as the documents say how to set it up", async () => {
    const model = await startModelServer({
      lanes: [{ name: "agent", match: { tool: `^${TOOL}task_claim$` }, turns: [turn], loop: true }],
    });
    const rig = await makeRig();
    const env = {
      ...rig.env,
      PATH: [dirname(programPath("taskwerk")), rig.env.PATH].join(delimiter),
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "sk-dummy-key-of-a-test",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_MAX_RETRIES: "0",
      DISABLE_TELEMETRY: "1",
      DISABLE_AUTOUPDATER: "1",
    };
    const claude = (words: readonly string[]) => {
      const child = run(CLAUDE, [...words], { cwd: rig.dir, env, maxBuffer: 64 * 1_048_576 });
      child.child.stdin!.end();
      return child;
    };
    try {
      await rig.data("init");
      const [{ id }] = (await rig.data<{ changed: readonly [Task] }>("add", "Mend the crawler", "--ac", "It ends"))
        .changed;
      const [next] = (await rig.data<{ changed: readonly Task[] }>("add", "Report", "--after", id)).changed;

      await claude(documented());
      expect((await claude(["mcp", "list"])).stdout).toMatch(/taskwerk.*Connected/);
      const { stdout } = await claude([
        ...["-p", "Do the most urgent task.", "--output-format", "stream-json", "--verbose"],
        ...["--permission-mode", "acceptEdits", "--allowedTools", "mcp__taskwerk"],
      ]);
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.find(({ type, subtype }) => type === "system" && subtype === "init").mcp_servers).toEqual([
        expect.objectContaining({ name: "taskwerk", status: "connected" }),
      ]);
      expect(lines.at(-1)).toMatchObject({
        type: "result",
        is_error: false,
        permission_denials: [],
        result: "Closed.",
      });
      expect(model.state()).toMatchObject({ failures: [], refused: [] });

      // What Claude Code showed its model of the call that was refused: the code and the way out.
      const results = model.requests.flatMap(({ body }) =>
        body.messages.flatMap(({ content }) =>
          typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
        ),
      );
      expect(results.some((one) => one.is_error && JSON.stringify(one.content).includes("CLAIM_REQUIRED"))).toBe(true);

      const task = await rig.data<Task & { readonly notes: readonly { readonly text: string }[] }>("show", id);
      expect(task).toMatchObject({
        status: "done",
        evidence: { tests: "pass" },
        updated_by: "claude-code",
        acceptance: [{ text: "It ends", checked: true }],
        notes: [{ text: "It ends now." }],
      });
      expect(await rig.data("ready")).toMatchObject([{ id: next!.id }]);
      const events = await rig.data<readonly { type: string; actor: string }[]>("events", "list", "--limit", "100");
      const done = events.filter(({ actor }) => actor === "claude-code").map(({ type }) => type);
      expect(done).toEqual(expect.arrayContaining(["task.claimed", "task.criterion_checked", "task.completed"]));
    } finally {
      await model.close();
      await rig.remove();
    }
  });
});
