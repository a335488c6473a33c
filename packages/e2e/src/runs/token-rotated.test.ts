import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { ended } from "../rig.ts";
import { addTasks, keepProjects, makeProject, QUICK } from "./project.ts";

const TITLES = ["Write one", "Write two"];
const SCENARIO = scenarioOf(
  TITLES.map((title) =>
    agentScript(title)
      .writes(`${title.slice(6)}.txt`, "text\n")
      .sleeps(1500)
      .finishes(),
  ),
);
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "1", "--json"];

const SERVERS: readonly (readonly [which: string, named: boolean])[] = [
  ["of a server that was found", false],
  ["of a server that was named", true],
];

describe("a token of taskwerk's server that is rotated", () => {
  const keep = keepProjects();

  eachCase(SERVERS, ([, named]) => named)(
    "%s while a run goes on: the new one is read, and nothing is noticed",
    async (_, named) => {
      const project = keep(await makeProject(QUICK, SCENARIO));
      const { git, rig } = project;
      await addTasks(rig, TITLES);
      const { url } = await rig.data<{ url: string }>("api", "start", "--port", "0", "--detach");
      const child = rig.start("conductor", RUN, { env: named ? { TASKWERK_URL: url } : {} });
      child.stdin!.end();
      const end = ended(child);
      const state = { rotated: 0, over: false };
      void end.then(() => {
        state.over = true;
      });
      while (!state.over) {
        const [{ status } = { status: "" }] = await rig.data<readonly { status: string }[]>(
          "list",
          "--all",
          "--limit",
          "1",
        );
        if (status === "todo") continue;
        await rig.data("api", "token", "--rotate");
        state.rotated += 1;
      }
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(ran.stderr).not.toMatch(/UNAUTHORIZED|bearer/i);
      expect(state.rotated).toBeGreaterThan(2);
      expect(git("log", "--format=%s", "main..conductor/main").split("\n").length).toBe(2);
      expect((await rig.data<readonly { status: string }[]>("list", "--all")).map(({ status }) => status)).toEqual([
        "done",
        "done",
      ]);
      await rig.data("api", "stop");
    },
    120_000,
  );

  it("and one that was given and is none any more is said to be so, once", async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    const { rig } = project;
    await addTasks(rig, TITLES);
    const { url } = await rig.data<{ url: string }>("api", "start", "--port", "0", "--detach");
    const { token } = await rig.data<{ token: string }>("api", "token");
    await rig.data("api", "token", "--rotate");
    const ran = await rig.run("conductor", RUN, { env: { TASKWERK_URL: url, TASKWERK_TOKEN: token } });
    expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: { code: "UNAUTHORIZED" } });
    await rig.data("api", "stop");
  });
});
