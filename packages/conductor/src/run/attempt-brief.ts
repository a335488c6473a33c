/** Gathers what an agent is told at the beginning of a conversation. */

import type { Task } from "@taskwerk/contract/task";
import { type Brief, buildBrief } from "../model/brief.ts";
import { askedBy } from "../model/same-question.ts";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import type { RunContext } from "./context.ts";
import { planOf } from "./plan-metadata.ts";
import type { Setback } from "./setback.ts";

const RULE_FILES = ["AGENTS.md", "CLAUDE.md"];
const MAX_PARENTS = 10;

export async function attemptBrief(
  context: RunContext,
  about: {
    readonly task: Task;
    readonly round: number;
    readonly branch: string;
    readonly setback: Setback | null;
    readonly base: string;
  },
): Promise<Brief> {
  const { journal, repository, settings, gateSets } = context;
  const { gates } = await gateSets(about.base);
  const { task, round, branch, setback, base } = about;
  const state = await journal.state();
  const plan = planOf(task);
  const earlier = attemptsOf(state, task.id).slice(0, -1);
  const before = earlier.at(-1);
  const landed = [...state.attempts.values()].filter(
    (attempt) => attempt.landed !== null && task.depends_on.includes(attempt.task),
  );
  return buildBrief(
    {
      task: {
        id: task.id,
        title: task.title,
        description: task.description,
        acceptance: task.acceptance.map(({ text, n }) => ({ text, proof: plan?.proofs[n - 1] ?? null })),
        files: task.files,
      },
      attempt: round,
      branch,
      requirements:
        plan?.quote === null || plan?.quote === undefined
          ? []
          : [{ id: plan.requirements.join(" ") || task.id, source: plan.source ?? "", quote: plan.quote }],
      parents: await parentsOf(context, task),
      dependencies: landed.map((attempt) => ({
        task: attempt.task,
        commit: attempt.landed!.commit,
        subject: attempt.title,
      })),
      rules: await rulesOf(repository, base),
      gates: gates.map(({ id, run, required }) => ({ id, run, required })),
      failed: setback?.receipts ?? [],
      lastEnd: setback?.summary ?? (before === undefined ? null : endInWords(before)),
      decisions: [...state.decisions.values()].filter((one) => askedBy(one, task.id) && one.state !== "open"),
      hints: [...(setback?.hints ?? []), ...saidAbout(state, task.id)],
    },
    settings.briefLimit,
  );
}

/** What people said to whoever works on it, oldest first. */
const saidAbout = ({ hints, unblocks }: RunState, task: string): readonly string[] =>
  [...hints, ...unblocks.flatMap(({ note, ...one }) => (note === null ? [] : [{ ...one, text: note }]))]
    .filter((one) => one.task === task)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ text, by }) => `${by}: ${text}`);

/** How an earlier attempt of the task ended, which another agent begins again. */
const endInWords = ({ stage, reason, work }: AttemptState): string =>
  `an earlier attempt ended as ${stage}${reason === null ? "" : `: ${reason}`}${work === null ? "" : `; its work is kept as ${work.commit.slice(0, 7)}`}`;

async function parentsOf(
  { tasks }: RunContext,
  task: Task,
): Promise<readonly { readonly id: string; readonly title: string }[]> {
  const parents: { readonly id: string; readonly title: string }[] = [];
  for (let id = task.parent; id !== null && parents.length < MAX_PARENTS; ) {
    const parent = await tasks.show(id);
    parents.unshift({ id: parent.id, title: parent.title });
    id = parent.parent;
  }
  return parents;
}

async function rulesOf(
  repository: RunContext["repository"],
  base: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const rules: { readonly path: string; readonly text: string }[] = [];
  for (const path of RULE_FILES) {
    const bytes = await repository.readFile(base, path);
    if (bytes !== null) rules.push({ path, text: bytes.toString("utf8") });
  }
  return rules;
}
