/** Claude Code's real command line as a planner, with a scripted model: costs nobody anything. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLAUDE } from "@taskwerk/rehearsal/find-claude";
import { afterAll, beforeAll, describe } from "vitest";
import { MODEL } from "../model/test-model.ts";
import { transportContract } from "../model/transport-contract.ts";
import { claudeCliTransport } from "./transport.ts";

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
