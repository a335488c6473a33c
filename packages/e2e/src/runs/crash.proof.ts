/**
 * Kills a conductor before and after every event of its journal, in a run with parallel tasks, a rework, a question and
 * a conflict; then at pairs of events, the second while the first death is being recovered from.
 */
import { describe, expect, it } from "vitest";
import { type Crash, crashesOf, makeCrashProject, runThrough, wordsOf } from "./crash.ts";

const SEED = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_000);
const COUNT = Number(process.env.PROOF_COUNT ?? 1000);
/** Only these of them, counted from 0: to look at one again. */
const FROM = Number(process.env.PROOF_FROM ?? 0);
const AT_ONCE = 2;

describe(`a run that dies at ${COUNT} places (PROOF_SEED=${SEED})`, () => {
  it("ends with the same tree, nothing lost, nothing twice, nothing left", async () => {
    const calm = await makeCrashProject();
    const wanted = await runThrough(calm, null).finally(calm.rig.remove);
    const crashes = crashesOf(wanted.events, SEED, COUNT).slice(FROM, FROM + COUNT);
    const wrong: string[] = [];
    const queue = crashes.entries();
    const work = async (): Promise<void> => {
      for (const [at, crash] of queue) {
        const problem = await problemOf(crash, wanted.tree);
        if (problem !== null) wrong.push(`${FROM + at}: ${wordsOf(crash)}: ${problem}`);
        process.stdout.write(`${FROM + at} ${wordsOf(crash)}: ${problem === null ? "whole" : "WRONG"}\n`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(wrong).toEqual([]);
  });
});

async function problemOf(crash: Crash, tree: string): Promise<string | null> {
  const project = await makeCrashProject();
  try {
    expect((await runThrough(project, crash)).tree).toBe(tree);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await project.rig.remove();
  }
}
