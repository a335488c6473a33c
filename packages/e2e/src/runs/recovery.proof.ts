/** Kills a conductor at many moments, each twice: in the run, and again while it is resumed. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import type { Project } from "./project.ts";
import { killAfter, momentsOf, proveWhole, RESUME, RUN, startQuick } from "./quick-project.ts";

const SEED = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_000);
const COUNT = Number(process.env.PROOF_COUNT ?? 100);

describe(`a conductor that is killed at ${COUNT} moments (PROOF_SEED=${SEED})`, () => {
  const wanted = { tree: "" };
  const open: Project[] = [];
  const start = async (): Promise<Project> => {
    const project = await startQuick();
    open.push(project);
    return project;
  };
  afterEach(async () => {
    for (const { rig } of open.splice(0)) await rig.remove();
  });
  beforeAll(async () => {
    const project = await start();
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    wanted.tree = project.git("rev-parse", "conductor/main^{tree}");
  });

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
      await proveWhole(project, wanted.tree);
    },
  );
});
