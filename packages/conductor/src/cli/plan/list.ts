import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { listPlans, plansDir } from "../../plan/file.ts";
import type { Verb } from "../verb.ts";

interface ListedPlan {
  readonly id: string;
  readonly status: string;
  readonly tasks: number;
  readonly planner: string;
  readonly changed_at: string;
  readonly file: string;
}

/** `plan list`: every plan file, the newest first. */
export const listPlansVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const broken: string[] = [];
    const found = await listPlans(plansDir(app.root), (path, error) => {
      broken.push(error instanceof Error ? error.message : `${path} cannot be read`);
    });
    const plans = found.map(
      ({ path, changedAt, plan }): ListedPlan => ({
        id: plan.id,
        status: plan.status,
        tasks: plan.tasks.length,
        planner: plan.planner.name,
        changed_at: new Date(changedAt).toISOString(),
        file: path,
      }),
    );
    const view: View<readonly ListedPlan[]> = {
      fields: ["id", "status", "tasks", "planner"],
      known: ["id", "status", "tasks", "planner", "changed_at", "file"],
      screen(output) {
        if (plans.length === 0) output.line("No plans yet.   conductor plan decompose prd.md");
        else
          output.table(
            [
              { title: "PLAN" },
              { title: "STATUS" },
              { title: "TASKS", side: "right" },
              { title: "PLANNER" },
              { title: "CHANGED" },
            ],
            plans.map((plan) => [
              plan.id,
              plan.status,
              String(plan.tasks),
              plan.planner,
              relativeTime(plan.changed_at, output.now()),
            ]),
          );
      },
    };
    app.show("plan.list", plans, view, {}, broken);
    return undefined;
  },
};
