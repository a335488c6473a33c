import { describe, expect, it } from "vitest";
import { defaultOf } from "../config-keys.ts";
import { clock } from "./event-lines.ts";
import { settingsOf } from "./settings-of.ts";

describe("the settings of a run", () => {
  it("let cards that nobody answers stay parked, and follow what the user has set", () => {
    expect(settingsOf({}, "claude").onExpiry).toEqual({ approval: "park", question: "park" });
    const set = { "decisions.on_expiry.approvals": "deny", "decisions.on_expiry.questions": "safe-default" };
    expect(settingsOf(set, "claude").onExpiry).toEqual({ approval: "deny", question: "safe-default" });
  });

  it("have a bound for everything where nothing is configured", () => {
    const { maxRounds, maxTaskMs, autoCommit, decisionMs, branchPattern } = settingsOf({}, "claude");
    expect({ maxRounds, maxTaskMs, autoCommit, decisionMs, branchPattern }).toEqual({
      maxRounds: 3,
      maxTaskMs: 30 * 60_000,
      autoCommit: true,
      decisionMs: 24 * 60 * 60_000,
      branchPattern: "feature/{task_id}-{task_slug}",
    });
  });
  it("ask for approval where nothing is configured for what the key's default says", () => {
    expect(settingsOf({}, "claude").policy.requireApprovalFor).toEqual(
      defaultOf("orchestration.safety.require_approval_for"),
    );
  });
  it("follow the configuration", () => {
    const settings = settingsOf(
      {
        "orchestration.safety.max_task_duration": "90s",
        "orchestration.workflow.auto_commit": false,
        "orchestration.safety.require_approval_for": ["database_migrations"],
      },
      "claude",
    );
    expect(settings).toMatchObject({ maxTaskMs: 90_000, autoCommit: false });
    expect(settings.policy.requireApprovalFor).toEqual(["database_migrations"]);
  });
  it("know the caps of the agent that works, however claude is reached", () => {
    const config = {
      "orchestration.agents.claude.concurrency": 2,
      "orchestration.agents.command.concurrency": 4,
      "orchestration.agents.command.capabilities": ["gpu"],
      "orchestration.capabilities": { gpu: 1 },
      "orchestration.review_limit": 3,
    };
    const all = { capabilities: new Map([["gpu", 1]]), reviewLimit: 3 };
    expect(settingsOf(config, "claude-cli").caps).toEqual({ ...all, agent: 2, has: null });
    expect(settingsOf(config, "command").caps).toEqual({ ...all, agent: 4, has: ["gpu"] });
    expect(settingsOf({}, "command").caps).toEqual({
      ...{ agent: null, has: null, reviewLimit: null },
      capabilities: new Map(),
    });
  });
  it("refuse a kind of change that does not exist, and name those that do", () => {
    expect(() => settingsOf({ "orchestration.safety.require_approval_for": ["frob"] }, "claude")).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", given: "frob" }),
    );
  });
});

it("the clock of a run shows minutes and seconds, and never less than nothing", () => {
  expect([clock(0), clock(65_000), clock(3_600_000), clock(-5)]).toEqual(["0:00", "1:05", "60:00", "0:00"]);
});
