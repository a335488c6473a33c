import type { Scenario, ScenarioWork } from "@taskwerk/rehearsal/scenario";
import type { Random } from "@taskwerk/rehearsal/seeded/random";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";

/** Puts the scenario's tasks into taskwerk: in an order that the seed says, each behind those that it comes after. */
export async function fileWork(app: App, scenario: Scenario, random: Random): Promise<void> {
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 10_000 });
  const rows = inSomeOrder(scenario.work ?? [], random).map(({ title, description, acceptance, after }) => ({
    ref: title,
    title,
    ...(description === undefined ? {} : { description }),
    ...(acceptance === undefined ? {} : { acceptance: acceptance.map((text) => ({ text, checked: false })) }),
    ...(after === undefined ? {} : { depends_on: [...after] }),
  }));
  await tasks.importTasks(rows, `rehearsal:${scenario.name}`, "fail");
}

/** Any order in which each task stands behind those that it comes after. */
function inSomeOrder(work: readonly ScenarioWork[], random: Random): readonly ScenarioWork[] {
  const left = [...work];
  const filed: ScenarioWork[] = [];
  while (left.length > 0) {
    const titles = new Set(filed.map(({ title }) => title));
    const next = random.pick(left.filter(({ after = [] }) => after.every((one) => titles.has(one))));
    left.splice(left.indexOf(next), 1);
    filed.push(next);
  }
  return filed;
}
