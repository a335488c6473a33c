import { MODEL } from "../model/test-model.ts";
import { transportContract } from "../model/transport-contract.ts";
import { claudeApiTransport } from "./transport.ts";

transportContract(
  "claude-api",
  (baseURL, idleMs) => claudeApiTransport({ apiKey: "sk-test", model: MODEL, baseURL, idleMs }),
  { exact: true, idleMs: 1_000 },
);
