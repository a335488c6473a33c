import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { notOpen } from "../../journal/close-decision.ts";
import type { Decision } from "../../model/decision.ts";
import type { CommitLine } from "../../model/repository.ts";
import { attemptsOf, lastActive, type RunState } from "../../model/state.ts";
import { buildReport } from "../../report/report.ts";
import { type ReceiptLine, receiptLine } from "../../report/task-report.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { differenceOf, diffLines, fileLines, type ShownDifference } from "../difference.ts";
import { findGroup } from "../group-named.ts";
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

/**
 * `review [A2|TASK|FEATURE]`: what it changes, what it has to fulfil, and what the gates say; `--since A1`: only what is new since.
 * Without a word, and where no approval is open: the features, each with what has landed of it.
 */
export const reviewVerb: Verb<{ readonly since?: string }> = {
  build: (command) =>
    command
      .argument("[id]", "an approval, a task, or a feature by its id or title; default the oldest open approval")
      .option("--since <id>", "only what has changed since that approval was asked for"),
  async run(app, [named], { since }) {
    const state = await (await app.journal()).state();
    if (since === undefined && (await reviewFeatures(app, state, wordOf(named)))) return undefined;
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

/** Shows a feature, or where nothing else is there to be shown all of them; false where it is neither. */
async function reviewFeatures(app: App, state: RunState, word: string): Promise<boolean> {
  const session = lastActive(state);
  const isDecision = word === "" ? openApproval(state) !== undefined : /^[AQ]\d+$/i.test(word);
  if (session === undefined || isDecision) return false;
  const tasks = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 }).all();
  const { reviewGroup, showFeatures } = await import("./review-group.ts");
  if (word !== "") {
    const group = findGroup(tasks, word);
    if (group === null) return false;
    await reviewGroup(app, { state, session, tasks, group });
    return true;
  }
  const { integration } = session;
  const report = buildReport(state, session.id, { ...NOTHING_ASKED, now: app.world.now().toISOString(), tasks });
  const features = report.groups
    .filter(({ landed }) => landed.length > 0)
    .map(({ id, title, landed, total }) => ({
      id,
      title,
      landed: landed.length,
      total,
      commits: state.landings.filter(({ ref, task }) => ref === integration && landed.includes(task)).length,
    }));
  if (features.length === 0) return false;
  showFeatures(app, { integration, features });
  return true;
}

const NOTHING_ASKED = { plan: null, git: null, driven: false } as const;

const isApproval = ({ kind, tree, base }: Decision): boolean => kind === "approval" && Boolean(tree && base);

const openApproval = ({ decisions }: RunState): Decision | undefined =>
  [...decisions.values()].find((one) => isApproval(one) && one.state === "open");

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
  const decision =
    word === ""
      ? openApproval(state)
      : [...state.decisions.values()].find((one) => isApproval(one) && one.id === word.toUpperCase());
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
