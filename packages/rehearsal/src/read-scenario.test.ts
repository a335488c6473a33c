import { expect, it } from "vitest";
import { agentScript } from "./agent-script.ts";
import { readScenario } from "./read-scenario.ts";

const withSteps = (...steps: unknown[]) => ({ version: 1, name: "x", tasks: [{ match: {}, tries: [{ steps }] }] });

it("takes what the builder makes, and every kind of step", () => {
  const script = agentScript("x")
    .writes("a", "b")
    .asks("q", { options: ["1"], default: "1", reversible: false, as: "n" })
    .repeats(2, { run: "ls" })
    .hangs("deaf")
    .onNudge()
    .crashes("SIGSEGV");
  const scenario = JSON.parse(JSON.stringify(script.scenario())) as unknown;
  expect(readScenario(scenario)).toBe(scenario);
  readScenario(
    withSteps({ write: "a", from: "b", fill: true }, { tool: "read", ok: false }, { say: "x", when: { nudged: true } }),
  );
});

it.each([
  ["scenario", null],
  ["version", { ...withSteps(), version: 2 }],
  ["tasks[0].tries", { version: 1, name: "x", tasks: [{ match: {}, tries: [] }] }],
  ["tasks[0].match.title", { version: 1, name: "x", tasks: [{ match: { title: "(" }, tries: [{ steps: [] }] }] }],
  ["tasks[0].match.tittle", { version: 1, name: "x", tasks: [{ match: { tittle: "x" }, tries: [{ steps: [] }] }] }],
  ["tasks[0].tries[0].steps[0]", withSteps({ dance: "tango" })],
  ["tasks[0].tries[0].steps[1].find", withSteps({ say: "x" }, { patch: "a", replace: "b" })],
  ["tasks[0].tries[0].steps[0].sleep", withSteps({ sleep: -1 })],
  ["tasks[0].tries[0].steps[0]", withSteps({ write: "a" })],
  ["tasks[0].tries[0].steps[0].repeat[0].run", withSteps({ repeat: [{ run: 1 }], times: 3 })],
  ["tasks[0].tries[0].steps[0].when.atempt", withSteps({ say: "x", when: { atempt: 1 } })],
  ["otherwise.steps", { ...withSteps(), otherwise: {} }],
])("says where a scenario is wrong: %s", (field, scenario) => {
  expect(() => readScenario(scenario)).toThrowError(
    expect.objectContaining({ code: "CONFIG_INVALID", field }) as Error,
  );
});
