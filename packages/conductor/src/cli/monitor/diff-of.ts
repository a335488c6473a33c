/** A difference for the screen over a run. */
import { isWerkError } from "@taskwerk/contract/errors";
import { short } from "../../model/short.ts";
import type { RunState } from "../../model/state.ts";
import { attemptsOf } from "../../model/state.ts";
import type { ShownDiff } from "../../report/monitor-session.ts";
import type { App } from "../app.ts";
import { subjectOf } from "../decision/review.ts";
import { differenceOf } from "../difference.ts";
import { openUserRepository } from "../open-repository.ts";

/** What a card or a task has changed; where there is nothing, why. Throws nothing. */
export async function diffOf(app: App, state: RunState, about: string): Promise<ShownDiff> {
  try {
    const { task, decision, from, to } = subjectOf(state, about);
    const { files, diff, cut } = await differenceOf(await openUserRepository(app), from, to);
    const title = attemptsOf(state, task).at(-1)?.title ?? task;
    return {
      kind: "diff",
      title: `${decision === null ? "" : `${decision.id}  `}${task}  ${title}   ${short(from)} > ${short(to)}`,
      files: files.length,
      lines: diff === "" ? [] : diff.replace(/\n$/, "").split("\n"),
      rest: cut ? `git diff ${from.slice(0, 12)} ${to.slice(0, 12)}` : null,
    };
  } catch (error) {
    if (!isWerkError(error)) return { kind: "none", why: error instanceof Error ? error.message : String(error) };
    return { kind: "none", why: error.message };
  }
}
