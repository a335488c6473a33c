/** Kills a conductor at many moments, each twice: in the run, and again while it is resumed. */
import { describe, it } from "vitest";
import { ended } from "../rig.ts";
import { killAfter, momentsOf, quickStories, RESUME } from "./quick-project.ts";

const SEED = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_000);
const COUNT = Number(process.env.PROOF_COUNT ?? 100);
/** Two that go side by side and a third after one of them. */
const TASKS = [{ title: "Make alpha" }, { title: "Make beta" }, { title: "Make gamma", after: "Make alpha" }];

describe(`a conductor that is killed at ${COUNT} moments (PROOF_SEED=${SEED})`, () => {
  const { start, proveWhole } = quickStories(TASKS);
  const moments = momentsOf(SEED, COUNT * 2);
  it.each(Array.from({ length: COUNT }, (_, at) => [moments[2 * at]!, moments[2 * at + 1]!] as const))(
    "after %d ms, and %d ms into its resumption, goes on to the same tree",
    async (first, second) => {
      const project = await start();
      await killAfter(project, first);
      const child = project.rig.start("conductor", RESUME);
      child.stdin!.end();
      const end = ended(child);
      await new Promise((resolve) => setTimeout(resolve, second));
      child.kill("SIGKILL");
      await end;
      await proveWhole(project);
    },
  );
});
