import { startModelServer } from "@taskwerk/rehearsal/model-server";
import { seededProject } from "@taskwerk/rehearsal/seeded-project";
import { describe, expect, it } from "vitest";
import { makeProject } from "./project.ts";

interface Receipt {
  readonly tree: string;
  readonly gate: string;
  readonly result: string;
  readonly required: boolean;
}
interface Task {
  readonly title: string;
  readonly state: string;
  readonly landed: { readonly commit: string; readonly tree: string; readonly receipts: readonly Receipt[] } | null;
}

describe("a run with a model", () => {
  it.each([11])(
    "plans, works and lands what is proven, and nothing else (seed %d)",
    { tags: ["long"], timeout: 400_000 },
    async (seed) => {
      const made = seededProject(seed);
      const server = await startModelServer(made.script);
      const { rig, git, conductor } = await makeProject({ ...made.files, "PRD.md": made.prd }, null);
      try {
        const account = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: "sk-dummy-key-of-a-test" };
        const planned = await rig.run(
          "conductor",
          ["plan", "create", "PRD.md", "--auto-import", "--recursive", "--json"],
          { env: account },
        );
        expect(planned.code, planned.stdout + planned.stderr).toBe(0);
        const ran = await rig.run(
          "conductor",
          [
            "orchestrate",
            "run",
            "--agent",
            "claude",
            "--auto",
            "--allow-unsandboxed",
            "--max-tasks",
            "5",
            "--require-tests",
            "--budget",
            "5",
            "--json",
          ],
          { env: account },
        );
        const report = JSON.parse((await conductor("report", "--json")).stdout).data;
        const tasks: readonly Task[] = report.tasks;
        const landed = tasks.flatMap((task) => (task.landed ? [{ ...task.landed, title: task.title }] : []));
        expect(landed.length, ran.stdout + ran.stderr).toBeGreaterThanOrEqual(3);
        expect(landed.map(({ title }) => title)).not.toContain(made.hard.title);
        expect(git("rev-list", "--count", "main..conductor/main")).toBe(String(landed.length));
        for (const { commit, tree, receipts } of landed) {
          expect(git("rev-parse", `${commit}^{tree}`)).toBe(tree);
          expect(receipts.length).toBeGreaterThan(0);
          expect(
            receipts.filter(({ required }) => required).every((one) => one.tree === tree && one.result === "pass"),
          ).toBe(true);
        }
        expect(ran.code, ran.stdout + ran.stderr).toBe(14);
        expect(ran.stdout + ran.stderr + JSON.stringify(report)).not.toContain("sk-dummy-key-of-a-test");
      } finally {
        await server.close();
        await rig.remove();
      }
    },
  );
});
