import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOOP_DEFAULTS, LOOP_RULES, type LoopRule } from "../../model/loop.ts";
import type { Told } from "../../run/traced-watch.ts";
import { replay } from "../../test-support/traces.ts";
import { type Dispatch, dispatchLoop, type RedRound, roundLoop, unchangedLoop } from "./rounds.ts";
import { waitCycle } from "./wait-cycle.ts";

/** `fires`: the number of the line at which the rule fires, and not before. */
type Fixture = { readonly rule: LoopRule; readonly fires: number } & (
  | { readonly kind: "conversation"; readonly told: readonly Told[] }
  | { readonly kind: "rounds"; readonly told: readonly RedRound[] }
  | { readonly kind: "unchanged"; readonly told: readonly number[] }
  | { readonly kind: "dispatches"; readonly told: readonly Dispatch[] }
  | { readonly kind: "waits"; readonly told: readonly (readonly [string, string])[]; readonly task: string }
);

const dir = join(import.meta.dirname, "fixtures/loops");
const fixtures = readdirSync(dir).map((name) => JSON.parse(readFileSync(join(dir, name), "utf8")) as Fixture);

/** What is noticed, line by line. */
function noticed(fixture: Fixture): readonly { readonly rule: LoopRule; readonly line: number }[] {
  if (fixture.kind === "conversation") return replay(fixture.told).map(({ rule, line }) => ({ rule, line }));
  return fixture.told.flatMap((_, line) => {
    const notice = atLine(fixture, line + 1);
    return notice === null ? [] : [{ rule: notice.rule, line }];
  });
}

function atLine(fixture: Exclude<Fixture, { kind: "conversation" }>, count: number) {
  switch (fixture.kind) {
    case "rounds":
      return roundLoop(fixture.told.slice(0, count), LOOP_DEFAULTS);
    case "unchanged":
      return unchangedLoop(fixture.told[count - 1]!, LOOP_DEFAULTS);
    case "dispatches":
      return dispatchLoop(fixture.told.slice(0, count), LOOP_DEFAULTS);
    case "waits": {
      const waits = fixture.told.slice(0, count);
      return waitCycle(fixture.task, (task) => waits.filter(([from]) => from === task).map(([, to]) => to));
    }
  }
}

describe("a loop", () => {
  it("has one fixture for each rule", () => {
    expect(fixtures.map(({ rule }) => rule).sort()).toEqual([...LOOP_RULES].sort());
  });

  it.each(fixtures)("of the rule $rule is noticed once, exactly at its threshold", (fixture) => {
    expect(noticed(fixture)).toEqual([{ rule: fixture.rule, line: fixture.fires }]);
  });

  it.each(fixtures.filter(({ kind }) => kind === "conversation"))(
    "of the rule $rule is forgotten when a person speaks just before",
    (fixture) => {
      const told = fixture.told as readonly Told[];
      const before = told.slice(0, fixture.fires);
      const last = told[fixture.fires]!;
      const spoken = [...before, { ms: last.ms, human: true } as const, last];
      // How full the model's context is, and how much a turn takes, is no matter of counting.
      const counted = fixture.rule !== "context-full" && fixture.rule !== "turn-tokens";
      if (counted) expect(replay(spoken)).toEqual([]);
    },
  );

  it.each(fixtures.filter(({ rule }) => ["same-result", "same-error", "cycle", "talk"].includes(rule)))(
    "of the rule $rule is none where the files became new in between",
    (fixture) => {
      const told = fixture.told as readonly Told[];
      const changed = told.flatMap((one, i): readonly Told[] =>
        i === fixture.fires - 1 ? [one, { ms: one.ms, tree: "c".repeat(40) }] : [one],
      );
      expect(replay(changed)).toEqual([]);
    },
  );

  it("is waited for longer where an action waits for something", () => {
    const poll = (ms: number): Told => ({
      ms,
      event: {
        type: "tool",
        name: "bash",
        input: "sleep 5; curl localhost:3000/health",
        output: "starting",
        ok: false,
        hash: "h",
        resultHash: "r",
      },
    });
    const every = (ms: number, count: number) => replay(Array.from({ length: count }, (_, i) => poll(i * ms)));
    expect(every(5_000, 24)).toEqual([]);
    expect(every(5_000, 25)).toMatchObject([{ rule: "same-error", line: 24 }]);
    expect(every(60_000, 9)).toEqual([]);
    expect(every(60_000, 10)).toMatchObject([{ rule: "same-error", line: 9 }]);
  });

  it("has its thresholds from the configuration", () => {
    const fixture = fixtures.find(({ rule }) => rule === "same-result")!;
    expect(replay(fixture.told as readonly Told[], { sameResult: 3 })).toMatchObject([
      { rule: "same-result", line: 10 },
    ]);
    expect(replay(fixture.told as readonly Told[], { sameResult: 5 })).toEqual([]);
  });
});
