import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { notOpen } from "../../journal/close-decision.ts";
import type { Decision } from "../../model/decision.ts";
import type { CommitLine } from "../../model/repository.ts";
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
  /** What the agent committed, oldest first. */
  readonly commits: readonly Pick<CommitLine, "commit" | "subject" | "at">[];
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
    const [difference, acceptance, commits] = await Promise.all([
      differenceOf(repository, from, subject.to),
      acceptanceOf(app, subject.task),
      subject.commit === null ? [] : repository.commitsBetween(subject.from, subject.commit),
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
        commits: commits.map(({ commit, subject: line, at }) => ({ commit, subject: line, at })).reverse(),
        ...difference,
      },
      VIEW,
    );
    return undefined;
  },
};

/** What a difference is about, and its two ends. */
export interface Subject {
  readonly decision: Decision | null;
  readonly task: string;
  readonly from: string;
  /** A commit or a tree. */
  readonly to: string;
  readonly tree: string;
  /** The commit with that tree, where there is one. */
  readonly commit: string | null;
}

/** What a word names: an approval, a task's work, or with no word the oldest open approval. Throws DECISION_NOT_FOUND, TASK_NOT_FOUND, GIT_REF_NOT_FOUND. */
export function subjectOf(state: RunState, word: string): Subject {
  const approvals = [...state.decisions.values()].filter(({ kind, tree, base }) => kind === "approval" && tree && base);
  const decision =
    word === "" ? approvals.find((one) => one.state === "open") : approvals.find(({ id }) => id === word.toUpperCase());
  if (decision?.tree && decision.base) {
    const work = attemptsOf(state, decision.task).findLast((one) => one.work?.tree === decision.tree)?.work ?? null;
    const { task, base: from, tree } = decision;
    return { decision, task, from, to: tree, tree, commit: work?.commit ?? null };
  }
  if (word === "")
    throw new WerkError("DECISION_NOT_FOUND", "no approval is open", {
      hint: "A task's work:  conductor review TASK-001",
    });
  if (state.decisions.get(word.toUpperCase())?.kind === "question")
    throw new WerkError(
      "VALIDATION_FAILED",
      `${word.toUpperCase()} is a question: there is no difference to look at.`,
      {
        hint: `Read it:  conductor inbox ${word.toUpperCase()}`,
        given: word,
      },
    );
  if (/^[AQ]\d+$/i.test(word)) throw notOpen(state, word.toUpperCase());
  const { task, base, work } = workInRun(state, word);
  return { decision: null, task, from: base, to: work.commit, tree: work.tree, commit: work.commit };
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
  ({ decision, state, task, title, why, acceptance, receipts, commits, ...difference }) => [
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
    ...(commits.length === 0
      ? []
      : ["", ...commits.map(({ commit, subject }) => `  ${commit.slice(0, 7)} ${subject}`)]),
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
      "commits",
      "files",
      "diff",
      "cut",
    ],
  },
);
