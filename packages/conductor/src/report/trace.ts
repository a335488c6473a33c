/** From a line of the document to the commit that makes it true, and what shows it. Pure. */
import type { Receipt } from "../model/gate.ts";
import type { Plan, RequirementLevel } from "../model/plan.ts";
import type { RunState } from "../model/state.ts";
import type { TaskState } from "./task-state.ts";

/**
 * `proven`: all its tasks have landed with tests that ran and passed on their trees, and each of their acceptance items
 * names what proves it. `built`: landed, but an item names no proof or no test ran. `not-built`: the rest.
 */
export type RequirementState = "proven" | "built" | "not-built";

export interface RequirementTrace {
  readonly id: string;
  readonly level: RequirementLevel;
  readonly text: string;
  /** Address in the document, e.g. prd.md#L10-14. */
  readonly source: string;
  readonly state: RequirementState;
  /** Why it is not proven, in words; null when it is. */
  readonly missing: string | null;
  readonly tasks: readonly {
    readonly key: string;
    /** Its id in taskwerk; null when it is not there. */
    readonly task: string | null;
    readonly acceptance: readonly { readonly text: string; readonly proof: string | null }[];
    readonly commit: string | null;
    readonly tree: string | null;
    /** Ids of the passing receipts for that tree. */
    readonly receipts: readonly string[];
  }[];
}

/** One trace for every requirement of the plan, in the document's order. */
export function traceRequirements(
  plan: Plan,
  state: RunState,
  tasks: readonly TaskState[],
): readonly RequirementTrace[] {
  const byKey = new Map(tasks.filter(({ key }) => key !== null).map((task) => [task.key, task]));
  const parents = new Set(plan.tasks.map(({ parent }) => parent));
  return plan.requirements.map((requirement) => {
    const serving = plan.tasks.filter((task) => !parents.has(task.key) && task.requirements.includes(requirement.id));
    const links = serving.map((task) => {
      const known = byKey.get(`${plan.id}/${task.key}`) ?? null;
      const landing = known?.state === "landed" ? known.landing : null;
      const receipts = landing === null ? [] : passesFor(state, landing.tree, landing.receipts);
      return {
        done: landing !== null || known?.state === "done" || task.done,
        tested: receipts.some(({ kind, counts }) => kind === "test" && counts !== null && counts.passed > 0),
        link: {
          key: task.key,
          task: known?.id ?? null,
          acceptance: task.acceptance,
          commit: landing?.commit ?? null,
          tree: landing?.tree ?? null,
          receipts: receipts.map(({ id }) => id),
        },
      };
    });
    const missing = whatIsMissing(links);
    return {
      id: requirement.id,
      level: requirement.level,
      text: requirement.text,
      source: requirement.source,
      state: missing === null ? "proven" : links.length > 0 && links.every(({ done }) => done) ? "built" : "not-built",
      missing,
      tasks: links.map(({ link }) => link),
    };
  });
}

/** The receipts that show that this tree passed, of those it landed with. */
export const passesFor = (state: RunState, tree: string, ids: readonly string[]): readonly Receipt[] =>
  ids
    .map((id) => state.receipts.get(id))
    .filter((one) => one !== undefined)
    .filter((one) => one.tree === tree && one.result === "pass");

function whatIsMissing(
  links: readonly {
    readonly done: boolean;
    readonly tested: boolean;
    readonly link: RequirementTrace["tasks"][number];
  }[],
): string | null {
  if (links.length === 0) return "no task serves it";
  const open = links.filter(({ done }) => !done).map(({ link }) => link.task ?? link.key);
  if (open.length > 0) return `not landed: ${open.join(", ")}`;
  const untested = links.filter(({ tested }) => !tested).map(({ link }) => link.task ?? link.key);
  if (untested.length > 0) return `no test ran for ${untested.join(", ")}`;
  const items = links.flatMap(({ link }) => link.acceptance);
  if (items.length === 0) return "it has no acceptance item";
  const unnamed = items.filter(({ proof }) => proof === null).length;
  return unnamed === 0 ? null : `no test is named for ${unnamed} of ${items.length} acceptance items`;
}
