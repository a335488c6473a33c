import { WerkError } from "@taskwerk/contract/errors";
import { notOpen } from "../../journal/close-decision.ts";
import type { Decision } from "../../model/decision.ts";
import type { ChangedPath } from "../../model/repository.ts";
import { attemptsOf, type RunState } from "../../model/state.ts";
import { type ReceiptLine, receiptLine } from "../../report/task-report.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { taskInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";

/** More of a difference than a person reads. */
const DIFF_BYTES = 1024 * 1024;

interface Reviewed {
  readonly decision: string | null;
  readonly state: string | null;
  readonly task: string;
  readonly title: string;
  readonly why: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly acceptance: readonly { readonly text: string; readonly checked: boolean }[];
  readonly receipts: readonly ReceiptLine[];
  readonly files: readonly ChangedPath[];
  readonly diff: string;
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
    const [files, diff, task] = await Promise.all([
      repository.changedPaths(from, subject.to),
      repository.diff(from, subject.to, DIFF_BYTES),
      taskOf(app, subject.task),
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
        from,
        to: subject.to,
        acceptance: task,
        receipts,
        files,
        diff,
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
  const task = taskInRun(state, word);
  const attempt = attemptsOf(state, task).findLast(({ work }) => work !== null);
  if (!attempt?.work)
    throw new WerkError("GIT_REF_NOT_FOUND", `no agent has committed anything for ${task}`, {
      given: word,
      hint: `What happened:  conductor log ${task}`,
    });
  return { decision: null, task, from: attempt.base, to: attempt.work.commit, tree: attempt.work.tree };
}

function treeOf(state: RunState, id: string): string {
  const tree = state.decisions.get(id.toUpperCase())?.tree;
  if (tree) return tree;
  throw new WerkError("DECISION_NOT_FOUND", `there is no approval ${id}`, { field: "since", given: id });
}

/** What the task has to fulfil; nothing where taskwerk does not know it any more. */
async function taskOf(app: App, id: string): Promise<Reviewed["acceptance"]> {
  const tasks = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 }).all();
  return (tasks.find((task) => task.id === id)?.acceptance ?? []).map(({ text, checked }) => ({ text, checked }));
}

const VIEW = linesView<Reviewed>(
  ({ decision, state, task, title, why, from, to, acceptance, receipts, files, diff }) => [
    `${decision === null ? "" : `${decision} (${state})  `}${task}  ${title}`,
    `  ${from.slice(0, 7)} > ${to.slice(0, 7)}`,
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
    ...files.map(({ status, path }) => `  ${status.padEnd(12)} ${path}`),
    "",
    ...diff.split("\n"),
    ...(Buffer.byteLength(diff) >= DIFF_BYTES ? [`... and more:  git diff ${from.slice(0, 12)} ${to}`] : []),
  ],
  {
    items: (data) => [{ ...data, id: data.decision ?? data.task }],
    fields: ["task", "from", "to"],
    known: ["decision", "state", "task", "title", "why", "from", "to", "acceptance", "receipts", "files", "diff"],
  },
);
