import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleAnswer, wholeTask } from "../model/sample-answers.ts";
import { bodies, MODEL, model, run } from "../model/test-model.ts";
import { transportContract } from "../model/transport-contract.ts";
import { testClaude } from "./test-program.ts";
import { type ClaudeCliOptions, claudeCliTransport } from "./transport.ts";

let scratch = "";
let program = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "planner-"));
  program = await testClaude(scratch);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const transportOf = (baseURL: string, more: Partial<ClaudeCliOptions> = {}) =>
  claudeCliTransport({
    path: program,
    model: MODEL,
    credential: { kind: "token", oauthToken: "sk-test" },
    baseURL,
    homeDir: scratch,
    tmpDir: scratch,
    hostEnv: { PATH: process.env.PATH },
    ...more,
  });

// A process needs a while before it says its first word.
transportContract("claude-cli", (baseURL, idleMs) => transportOf(baseURL, { idleMs }), { exact: true, idleMs: 5_000 });

describe("Claude Code as a planner", () => {
  it.each([
    ["is not there", { path: "/nowhere/claude" }],
    ["ends before it asks", { model: "crashes" }],
  ])("is named when it %s", async (_, more) => {
    await expect(run(transportOf("http://127.0.0.1:9", more))).rejects.toMatchObject({
      code: "AGENT_UNAVAILABLE",
      details: { outcome: "unavailable" },
    });
  });

  it("leaves nothing in the folder for temporary files", async () => {
    const server = await model(() => ({ json: sampleAnswer([wholeTask()]) }));
    await run(transportOf(server.url));
    expect(await readdir(scratch)).toEqual(["claude"]);
    expect(bodies(server)[0]!.tools?.map(({ name }) => name)).toEqual(["StructuredOutput"]);
  });
});
