import { describe, expect, it } from "vitest";
import { CHANGES, killedAt, setStage } from "./at-each-call.ts";
import { mayTrace } from "./traced.ts";

describe.skipIf(!mayTrace())("killed at every call that changes a file", () => {
  it.each(Object.entries(CHANGES))("%s happens whole or not at all", async (name, change) => {
    const stage = await setStage(change);
    const wrong: string[] = [];
    try {
      for (const call of stage.calls) {
        const problem = await killedAt(stage, call);
        if (problem !== null) wrong.push(`${call.call} ${call.nth} (${call.line}): ${problem}`);
      }
      process.stdout.write(`${name}: killed at ${stage.calls.length} calls, ${wrong.length} wrong\n`);
    } finally {
      await stage.rig.remove();
    }
    expect(wrong).toEqual([]);
  });
});
