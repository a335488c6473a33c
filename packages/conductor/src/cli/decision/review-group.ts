import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { branchOf } from "../../model/branch-of.ts";
import { counted } from "../../model/counted.ts";
import { short } from "../../model/short.ts";
import type { LandingState, RunState, SessionState } from "../../model/state.ts";
import { cut, spread, wrap } from "../../report/layout.ts";
import { type ReceiptLine, receiptLine } from "../../report/task-report.ts";
import { oldestFirst } from "../../run/put-on.ts";
import { takeOff } from "../../run/take-off.ts";
import type { App } from "../app.ts";
import { type Difference, differenceOf, diffLines, fileLines, type ShownDifference } from "../difference.ts";
import type { NamedGroup } from "../group-named.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";

interface ReviewedGroup extends Difference {
  readonly group: Pick<NamedGroup, "id" | "title">;
  readonly integration: string;
  /** What has landed of it, in that order. */
  readonly tasks: readonly {
    readonly task: string;
    readonly title: string;
    readonly commit: string;
    readonly acceptance: readonly { readonly text: string; readonly checked: boolean }[];
    readonly receipts: readonly ReceiptLine[];
  }[];
  readonly notLanded: readonly string[];
  /** The two ends of the difference; null where others have built on it, and each commit is shown by itself. */
  readonly ends: Pick<ShownDifference, "from" | "to"> | null;
  readonly cut: boolean;
}

/** Shows what has landed of one feature: its commits, what they had to fulfil, what gates said, and the difference they make. */
export async function reviewGroup(
  app: App,
  {
    state,
    session,
    tasks,
    group,
  }: {
    readonly state: RunState;
    readonly session: SessionState;
    readonly tasks: readonly Task[];
    readonly group: NamedGroup;
  },
): Promise<void> {
  const { integration } = session;
  const landings = oldestFirst(
    state.landings.filter(({ ref, task }) => ref === integration && group.tasks.includes(task)),
  );
  const landed = new Set(landings.map(({ task }) => task));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  app.show<ReviewedGroup>(
    "review.group",
    {
      group: { id: group.id, title: group.title },
      integration,
      tasks: landings.map(({ task, attempt, commit, receipts }) => ({
        task,
        title: byId.get(task)?.title ?? state.attempts.get(attempt)?.title ?? task,
        commit,
        acceptance: (byId.get(task)?.acceptance ?? []).map(({ text, checked }) => ({ text, checked })),
        receipts: receipts.flatMap((id) => {
          const receipt = state.receipts.get(id);
          return receipt === undefined ? [] : [receiptLine(receipt)];
        }),
      })),
      notLanded: group.tasks.filter((id) => {
        const task = byId.get(id);
        return task?.children.length === 0 && !landed.has(id) && CATEGORY_OF[task.status] !== "closed";
      }),
      ...(await differenceMade(app, integration, landings)),
    },
    VIEW,
  );
}

/** What is there now, against what would be there without them; commit by commit where others stand on them. */
async function differenceMade(
  app: App,
  integration: string,
  landings: readonly LandingState[],
): Promise<Difference & Pick<ReviewedGroup, "ends" | "cut">> {
  const repository = await openUserRepository(app);
  const tip = await repository.resolve(integration);
  if (tip === null || landings.length === 0) return { ends: null, files: [], diff: "", cut: false };
  const off = await takeOff(repository, tip, landings);
  if (off.kind === "clean") {
    const { from, to, ...difference } = await differenceOf(repository, off.commit, tip);
    return { ends: { from, to }, ...difference };
  }
  const parts: ShownDifference[] = [];
  for (const { commit } of landings)
    parts.push(await differenceOf(repository, (await repository.resolve(`${commit}^`)) ?? commit, commit));
  return {
    ends: null,
    files: [...new Map(parts.flatMap(({ files }) => files.map((file) => [file.path, file] as const))).values()],
    diff: parts.map(({ to, diff }) => `commit ${short(to)}\n${diff}`).join("\n"),
    cut: parts.some((one) => one.cut),
  };
}

const VIEW = linesView<ReviewedGroup>(
  ({ group, integration, tasks, notLanded, ends, ...difference }, output) => {
    const { width } = layoutOf(output);
    if (tasks.length === 0)
      return [`${group.id}  ${group.title}`, `Nothing of it has landed on ${branchOf(integration)} yet.`];
    const whole = ends ?? { from: `${tasks[0]!.commit}^`, to: tasks.at(-1)!.commit };
    return [
      ...spread(
        cut(`${group.id}  ${group.title}`, Math.max(20, width - 20)),
        `${tasks.length} of ${tasks.length + notLanded.length} landed`,
        width,
      ),
      ...(notLanded.length === 0 ? [] : wrap(`Not landed: ${notLanded.join(", ")}`, width)),
      ...tasks.flatMap(({ task, title, commit, acceptance, receipts }) => [
        "",
        cut(`${short(commit)}  ${task}  ${title}`, width),
        ...acceptance.map(({ text, checked }) => `  [${checked ? "x" : " "}] ${text}`),
        ...receipts.map(({ gate, result, reason }) => `  ${gate}: ${result}${reason === null ? "" : `, ${reason}`}`),
      ]),
      "",
      ...(ends === null ? ["Others have built on it, so each commit is shown by itself."] : []),
      ...fileLines(difference),
      "",
      ...diffLines({ ...difference, ...whole }),
      ...(output.isTTY ? [`Next   conductor deliver --group ${group.id} --dry-run`] : []),
    ];
  },
  {
    items: ({ tasks }) => tasks.map((one) => ({ ...one, id: one.task })),
    fields: ["task", "commit"],
    known: ["task", "title", "commit", "acceptance", "receipts"],
  },
);

interface Features {
  readonly integration: string;
  readonly features: readonly {
    readonly id: string;
    readonly title: string;
    readonly landed: number;
    readonly total: number;
    readonly commits: number;
  }[];
}

/** Every feature with how much of it has landed; there is at least one. */
export function showFeatures(app: App, { integration, features }: Features): void {
  app.show<Features>("review.features", { integration, features }, FEATURES);
}

const FEATURES = linesView<Features>(
  ({ integration, features }, output) => {
    const { width } = layoutOf(output);
    const id = Math.max(...features.map((one) => one.id.length));
    return [
      `No approval is open. On ${branchOf(integration)}, by feature:`,
      ...features.flatMap((one) => {
        const note = `${one.landed} of ${one.total} landed, ${counted(one.commits, "commit")}`;
        return spread(
          `  ${one.id.padEnd(id)}  ${cut(one.title, Math.max(10, width - id - note.length - 6))}`,
          note,
          width,
        );
      }),
      ...(output.isTTY
        ? [
            `Next   conductor review ${features[0]!.id}`,
            `       conductor deliver --group ${features[0]!.id} --dry-run`,
          ]
        : []),
    ];
  },
  {
    items: ({ features }) => features.map((one) => ({ ...one })),
    fields: ["id", "title", "landed", "total"],
    known: ["id", "title", "landed", "total", "commits"],
  },
);
