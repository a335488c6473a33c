/** Claude Code's real command line as a planner, with a scripted model: costs nobody anything. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { MODEL } from "../model/test-model.ts";
import { transportContract } from "../model/transport-contract.ts";
import { claudeCliTransport } from "./transport.ts";

const CLAUDE =
  process.env.CLAUDE_CODE ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, "claude"))
    .find((path) => existsSync(path)) ??
  "";

describe.skipIf(CLAUDE === "")("Claude Code, the real one", () => {
  let scratch = "";
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "planner-"));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));
  transportContract(
    "claude-cli",
    (baseURL, idleMs) =>
      claudeCliTransport({
        path: CLAUDE,
        model: MODEL,
        credential: { kind: "key", apiKey: "sk-dummy-key-of-a-test" },
        baseURL,
        homeDir: scratch,
        tmpDir: scratch,
        hostEnv: { PATH: process.env.PATH },
        idleMs,
      }),
    { exact: false, idleMs: 10_000 },
  );
});
