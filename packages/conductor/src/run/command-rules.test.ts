import { expect, it } from "vitest";
import { DEFAULT_POLICY, type PolicySettings } from "../policy/decide.ts";
import type { UserRule } from "../policy/user-rule.ts";
import { commandsVerdict, refuseDenied } from "./command-rules.ts";

const settings = (over: Partial<PolicySettings>, ...rules: readonly UserRule[]): PolicySettings => ({
  ...DEFAULT_POLICY,
  ...over,
  rules,
});
const asks: UserRule = {
  name: "net",
  effect: "ask",
  kinds: ["command"],
  commands: ["*curl*"],
  reason: "it reaches out",
};
const denies: UserRule = { name: "no-sudo", effect: "deny", commands: ["sudo *"] };

it("lets command lines run that no rule is about", async () => {
  expect(commandsVerdict(["npm ci", "npm test"], settings({}, asks, denies)).kind).toBe("allow");
  await refuseDenied(settings({}, asks, denies))(["npm test", "curl x"]);
});

it("puts all that ask into one question, with each line", () => {
  expect(commandsVerdict(["curl b", "npm test", "curl a", "curl a"], settings({}, asks))).toEqual({
    kind: "ask",
    rule: "net",
    reason: "it reaches out",
    paths: [],
    evidence: ["net: curl a", "net: curl b"],
  });
  expect(commandsVerdict(["curl a"], settings({ preset: "ci" }, asks)).kind).toBe("deny");
});

it("refuses one that is denied, with the rule and the line", async () => {
  await expect(refuseDenied(settings({}, asks, denies))(["curl a", "sudo make"])).rejects.toThrow(
    "a command line is not allowed by no-sudo: your rule no-sudo: sudo make",
  );
});
