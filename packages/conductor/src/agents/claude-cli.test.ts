import { expect, onTestFinished, test, vi } from "vitest";
import { agentRig, runAgent } from "../test-support/agent-rig.ts";
import { fakeClaude } from "../test-support/fake-claude.ts";

vi.setConfig({ testTimeout: 60_000 });

async function ran(behaviour: string) {
  const rig = await agentRig(onTestFinished, "none");
  return { rig, ...(await runAgent(await fakeClaude(rig, behaviour), rig.options)) };
}

test("a key that is refused ends it at once, though it would try for a minute more", async () => {
  const { end, of } = await ran("unauthorized");
  expect(end).toMatchObject({ reason: "auth", error: expect.stringContaining("401") });
  expect(of("retry")).toEqual([{ type: "retry", attempt: 1, inMs: 500, status: 401 }]);
});

test.each([
  ["limited", "rate_limited"],
  ["turns-out", "turn_limit"],
  ["too-long", "context_full"],
  ["mute", "protocol"],
])("%s is %s, whatever its subtype says", async (behaviour, reason) => {
  expect((await ran(behaviour)).end.reason).toBe(reason);
});

test("the limit of a subscription names until when it lasts", async () => {
  const { end } = await ran("usage-limit");
  expect(end).toMatchObject({ reason: "rate_limited", resetAt: "2099-01-01T00:00:00.000Z" });
});

test("what it was denied is told", async () => {
  const { end, of } = await ran("denied");
  expect(end.reason).toBe("done");
  expect(of("note")).toEqual([{ type: "note", text: "It was not allowed to use WebFetch." }]);
});

test("uses of tools are told with what came of them, and the cost is its own", async () => {
  const { of } = await ran("finishes");
  expect(of("tool").map(({ name, ok }) => `${name} ${ok}`)).toEqual([
    "mcp__conductor__task_get true",
    "Write true",
    "Bash true",
    "mcp__conductor__claim_done true",
  ]);
  expect(of("usage").at(-1)!.usage).toEqual({
    ...{ inputTokens: 400, outputTokens: 80, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usd: 0.04,
  });
});

test("is not ready without a credential, and says how to get one", async () => {
  const rig = await agentRig(onTestFinished, "none");
  const info = await (await fakeClaude(rig, "finishes", { apiKey: "" })).probe();
  expect(info).toMatchObject({ ready: false, version: "2.1.197", problem: expect.stringContaining("setup-token") });
  const subscribed = await (await fakeClaude(rig, "finishes", { apiKey: "", oauthToken: "t" })).probe();
  expect(subscribed).toMatchObject({ ready: true, paidBy: "subscription" });
});
