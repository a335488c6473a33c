import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";
import { accountOf, nameIn, proveWaiting, RUN, working } from "./provider-limit.ts";

describe("a provider that takes no requests for a while", () => {
  const keep = keepProjects();
  it(
    "is asked nothing before its reset, charges no try, and the run goes on by itself",
    () => proveWaiting(keep, 20),
    300_000,
  );

  it("is asked again at once when somebody who knows better says so, and the journal says who", async () => {
    const gate = { open: false };
    const server = await startModelServer({
      lanes: [
        {
          name: "work",
          loop: true,
          turns: [
            (request) => {
              if (!gate.open) return { error: 429, message: "usage limit reached", retryAfterSeconds: 3_600 };
              return request.results.length === 0 ? working(nameIn(request)) : { text: "Done." };
            },
          ],
        },
      ],
    });
    try {
      const { rig, conductor, git } = keep(await makeProject(QUICK, null));
      await addTasks(rig, ["Make alpha"]);
      const child = rig.start("conductor", [...RUN, "--budget", "5", "--json"], { env: accountOf(server) });
      child.stdin!.end();
      const end = ended(child);
      const status = async (): Promise<string> => (await conductor("status")).stdout;
      await expect.poll(status, { timeout: 60_000 }).toContain("Over already? conductor continue --account");
      const other = await conductor("continue", "--account", "somebody", "--json");
      expect([other.code, JSON.parse(other.stdout).error], other.stdout).toMatchObject([
        8,
        { code: "INVALID_TRANSITION", candidates: ["API key ...7Qf2"] },
      ]);
      gate.open = true;
      const lifted = await conductor("continue", "--account", "--actor", "ada", "--json");
      expect(dataOf(lifted), lifted.stdout).toMatchObject({ account: "API key ...7Qf2", by: "ada", driven: true });
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(git("show", "conductor/main:alpha.txt")).toBe("alpha");
      const events = dataOf<readonly { type: string; account?: string; by?: string }[]>(
        await conductor("events", "--json"),
      );
      expect(events.filter(({ type }) => type === "account.continued")).toMatchObject([
        { account: "API key ...7Qf2", by: "ada" },
      ]);
      const again = await conductor("continue", "--account", "--json");
      expect([again.code, JSON.parse(again.stdout).error.message]).toEqual([8, "no account is paused by its provider"]);
      const { tasks } = dataOf<{ tasks: readonly { tries: number }[] }>(await conductor("report", "--json"));
      expect(tasks.map(({ tries }) => tries)).toEqual([1]);
    } finally {
      await server.close();
    }
  }, 300_000);
});
