/** Gathers what an agent is told at the beginning of a conversation. */
import type { Task } from "@taskwerk/contract/task";
import { type Brief, buildBrief } from "../model/brief.ts";
import type { Receipt } from "../model/gate.ts";
import type { RunContext } from "./context.ts";

/** Why the last conversation was not enough. */
export interface Setback {
  /** In one line. */
  readonly summary: string;
  /** The gates that did not pass. */
  readonly receipts: readonly Receipt[];
  readonly signature: string;
}

const RULE_FILES = ["AGENTS.md", "CLAUDE.md"];
const MAX_PARENTS = 10;

export async function attemptBrief(
  context: RunContext,
  about: { readonly task: Task; readonly round: number; readonly setback: Setback | null; readonly base: string },
): Promise<Brief> {
  const { journal, tasks, repository, settings } = context;
  const { task, round, setback, base } = about;
  const state = await journal.state();
  const landed = [...state.attempts.values()].filter((attempt) => attempt.landed !== null && task.depends_on.includes(attempt.task));
  const decisions = [...state.decisions.values()].filter((one) => one.task === task.id);
  const parents: Task[] = [];
  for (let id = task.parent; id !== null && parents.length < MAX_PARENTS; ) {
    const parent = await tasks.show(id);
    parents.unshift(parent);
    id = parent.parent;
  }
  const rules: { readonly path: string; readonly text: string }[] = [];
  for (const path of RULE_FILES) {
    const bytes = await repository.readFile(base, path);
    if (bytes !== null) rules.push({ path, text: bytes.toString("utf8") });
  }
  return buildBrief(
    {
      task,
      round,
      parents,
      landed,
      rules,
      setback,
      decisions,
    },
    { limit: settings.briefLimit },
  );
}
