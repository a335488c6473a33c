import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import type { Usage } from "../../model/agent.ts";
import type { SplitTask } from "../../run/split-task.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import { textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { choosePlanner } from "../plan/planner-of.ts";

/** More parts than this are no split but another plan. */
const MOST_PARTS = 12;

/** Asks the configured planner how a task could be split; null where none is configured. */
export function splitterOf(app: App, config: ConfigValues): SplitTask | null {
  const name = textAt(config, "loops.split_planner") ?? CONFIG_KEYS["loops.split_planner"].default;
  if (name === "none") return null;
  return async (task, evidence, usd) => {
    const used: { usage: Usage | null } = { usage: null };
    try {
      const parts = await partsOf(app, name, {
        task,
        evidence,
        usd,
        onUsage: (usage) => Object.assign(used, { usage }),
      });
      return { ...used, ...parts };
    } catch (error) {
      // Whatever it is: people are asked instead.
      if (isWerkError(error) && (error.code === "PLAN_INVALID" || error.code === "PRD_EMPTY"))
        return { ...used, kind: "none", why: noParts(name) };
      const why = isWerkError(error) ? `${error.code}: ${error.message}` : String(error);
      return { ...used, kind: "none", why: `the planner ${name} could not say: ${why}` };
    }
  };
}

type Parts =
  | { readonly kind: "split"; readonly planner: string; readonly titles: readonly string[] }
  | { readonly kind: "none"; readonly why: string };

async function partsOf(
  app: App,
  name: string,
  about: {
    readonly task: string;
    readonly evidence: string;
    readonly usd: number | null;
    readonly onUsage: (usage: Usage) => void;
  },
): Promise<Parts> {
  const { task: id, evidence, usd } = about;
  const { planner } = await choosePlanner(app, name);
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
  const task = await tasks.show(id);
  const { decompose } = await import("../../plan/decompose.ts");
  const dir = await mkdtemp(join(app.world.tmpDir, "split-"));
  try {
    const path = join(dir, `${id}.md`);
    await writeFile(path, documentOf(task, planner.model === null ? null : evidence));
    const { plan } = await decompose({
      paths: [path],
      cwd: dir,
      planner,
      parser: { argv: app.world.parser },
      signal: app.world.interrupted,
      onProgress: ({ usage, calls }) => calls > 0 && about.onUsage(usage),
      maxDepth: planner.model === null ? 3 : 1,
      ...(usd === null ? {} : { budgetUsd: usd }),
    });
    const parents = new Set(plan.tasks.map(({ parent }) => parent));
    const titles = plan.tasks
      .filter(({ key, title }) => !parents.has(key) && title !== task.title)
      .map(({ title }) => title);
    if (titles.length < 2) return { kind: "none", why: noParts(planner.name) };
    if (titles.length > MOST_PARTS)
      return { kind: "none", why: `the planner ${planner.name} sees ${titles.length} parts in it, which is no split` };
    return { kind: "split", planner: planner.name, titles };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const noParts = (planner: string): string => `the planner ${planner} sees no parts in it`;

/** The task as a document. Only a planner that reads is told what went wrong; another would plan it. */
const documentOf = ({ title, description, acceptance }: Task, evidence: string | null): string =>
  [
    `# ${title}`,
    ...(description === null ? [] : [description]),
    ...(evidence === null ? [] : [`Agents went in circles on this as one task: ${evidence}`]),
    ...(acceptance.length < 2 ? [] : [acceptance.map(({ text }) => `- [ ] ${text}`).join("\n")]),
  ].join("\n\n");
