import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { notOpen } from "../../journal/close-decision.ts";
import type { Decision } from "../../model/decision.ts";
import { attemptsOf, type RunState } from "../../model/state.ts";
import { type ReceiptLine, receiptLine } from "../../report/task-report.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { differenceOf, diffLines, fileLines, type ShownDifference } from "../difference.ts";
import { linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { workInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";

interface Reviewed extends ShownDifference {
  readonly decision: string | null;
  readonly state: string | null;
  readonly task: string;
  readonly title: string;
  readonly why: readonly string[];
  readonly acceptance: readonly { readonly text: string; readonly checked: boolean }[];
  readonly receipts: readonly ReceiptLine[];
}

/** `review [A2|TASK]`: what it changes, what it has to fulfil, and what the gates say; `--since A1`: only what is new since. */
export const reviewVerb: Verb<{ readonly since?: string }> = {
  build: (command) =>
    command
      .argument("[id]", "an approval, or a task; default the oldest open approval")
      .option("--since <id>", "only what has changed since that approval was asked for"),
  async run(app, [named], { since }) {
    const state = await (await app.journal()).state();
    const subject = subjectOf(state, wordOf(named));
    const from = since === undefined ? subject.from : treeOf(state, since);
    const repository = await openUserRepository(app);
    const [difference, acceptance] = await Promise.all([
      differenceOf(repository, from, subject.to),
      acceptanceOf(app, subject.task),
    ]);
    const receipts = [...state.receipts.values()].filter(({ tree }) => tree === subject.tree).map(receiptLine);
    app.show<Reviewed>(
      "review",
      {
        decision: subject.decision?.id ?? null,
        state: subject.decision?.state ?? null,
        task: subject.task,
        title: attemptsOf(state, subject.task).at(-1)?.title ?? subject.task,
        why: subject.decision?.evidence ?? [],
        acceptance,
        receipts,
        ...difference,
      },
      VIEW,
    );
    return undefined;
  },
};

interface Subject {
  readonly decision: Decision | null;
  readonly task: string;
  readonly from: string;
  /** A commit or a tree. */
  readonly to: string;
  readonly tree: string;
}

function subjectOf(state: RunState, word: string): Subject {
  const approvals = [...state.decisions.values()].filter(({ kind, tree, base }) => kind === "approval" && tree && base);
  const decision =
    word === "" ? approvals.find((one) => one.state === "open") : approvals.find(({ id }) => id === word.toUpperCase());
  if (decision?.tree && decision.base)
    return { decision, task: decision.task, from: decision.base, to: decision.tree, tree: decision.tree };
  if (word === "")
    throw new WerkError("DECISION_NOT_FOUND", "no approval is open", {
      hint: "A task's work:  conductor review TASK-001",
    });
  if (/^[AQ]\d+$/i.test(word)) throw notOpen(state, word.toUpperCase());
  const { task, base, work } = workInRun(state, word);
  return { decision: null, task, from: base, to: work.commit, tree: work.tree };
}

function treeOf(state: RunState, id: string): string {
  const tree = state.decisions.get(id.toUpperCase())?.tree;
  if (tree) return tree;
  throw new WerkError("DECISION_NOT_FOUND", `there is no approval ${id}`, { field: "since", given: id });
}

/** What the task has to fulfil; nothing where taskwerk does not know it any more. */
async function acceptanceOf(app: App, id: string): Promise<Reviewed["acceptance"]> {
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
  const task = await tasks.show(id).catch((error: unknown) => {
    if (isWerkError(error) && error.code === "TASK_NOT_FOUND") return null;
    throw error;
  });
  return (task?.acceptance ?? []).map(({ text, checked }) => ({ text, checked }));
}

const VIEW = linesView<Reviewed>(
  ({ decision, state, task, title, why, acceptance, receipts, ...difference }) => [
    `${decision === null ? "" : `${decision} (${state})  `}${task}  ${title}`,
    `  ${difference.from.slice(0, 7)} > ${difference.to.slice(0, 7)}`,
    ...why.map((line) => `  ${line}`),
    ...(acceptance.length === 0
      ? []
      : ["", ...acceptance.map(({ text, checked }) => `  [${checked ? "x" : " "}] ${text}`)]),
    "",
    ...(receipts.length === 0
      ? ["  No gate has run on it yet."]
      : receipts.map(
          ({ gate, phase, result, reason }) => `  ${gate} (${phase}): ${result}${reason === null ? "" : `, ${reason}`}`,
        )),
    "",
    ...fileLines(difference),
    "",
    ...diffLines(difference),
  ],
  {
    items: (data) => [{ ...data, id: data.decision ?? data.task }],
    fields: ["task", "from", "to"],
    known: [
      "decision",
      "state",
      "task",
      "title",
      "why",
      "from",
      "to",
      "acceptance",
      "receipts",
      "files",
      "diff",
      "cut",
    ],
  },
);
