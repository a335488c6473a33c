/** The clone in which an attempt works: made when it is wanted, looked through, and put away without losing anything. */
import { lstat } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { type Outcome, takeWork } from "../git/bundle.ts";
import { prepareWorkspace, removeWorkspace } from "../git/workspace.ts";
import type { Workspace } from "../model/repository.ts";
import type { Attempt } from "../model/run.ts";
import { attemptDir } from "./attempt-dir.ts";
import { attemptMark } from "./attempt-mark.ts";
import { branchName } from "./branch-name.ts";
import type { RunContext } from "./context.ts";
import { integrationTip } from "./integration-tip.ts";
import { noteKept, saveAndRemove } from "./save-workspace.ts";

export class AttemptClone {
  readonly #context: RunContext;
  readonly #attempt: Pick<Attempt, "id" | "task" | "title" | "n">;
  readonly #signal: AbortSignal;
  #base: string;
  #workspace: Workspace | null = null;
  /** Its last commit that a ref keeps. */
  #kept: string | null = null;
  /** All that is in its git has been taken out. */
  #lookedAt = false;

  constructor(
    context: RunContext,
    attempt: Pick<Attempt, "id" | "task" | "title" | "n" | "base">,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#attempt = attempt;
    this.#base = attempt.base;
    this.#signal = signal;
  }

  /** The commit that the work begins from. */
  get base(): string {
    return this.#base;
  }

  /** Makes it, with all that it needs for anything to run in it, or answers the one that is there. */
  async prepare(): Promise<Workspace> {
    if (this.#workspace) return this.#workspace;
    const { repository, settings, provisions, sharesObjects: share } = this.#context;
    const { id, task, title } = this.#attempt;
    const dir = attemptDir(this.#context, id);
    const branch = branchName(settings.branchPattern, task, title);
    this.#workspace = await prepareWorkspace({ repository, base: this.#base, branch, dir, share });
    await provisions.provide(await repository.treeOf(this.#base), this.#workspace.dir, this.#signal);
    return this.#workspace;
  }

  /** An agent is about to work in it: from now on nobody knows what it holds. */
  handOver(): void {
    this.#lookedAt = false;
  }

  /** Takes out of a prepared one what the agent left, whatever it says it did. */
  async takeOut(workspace: Workspace): Promise<Outcome> {
    const { repository, confinement, settings } = this.#context;
    const { id, task, title, n } = this.#attempt;
    const outcome = await takeWork({
      repository,
      workspace,
      confinement,
      marker: attemptMark(this.#context, id),
      task,
      n,
      autoCommit: settings.autoCommit,
      leftoverMessage: `${title}\n\nLeft uncommitted by the agent.`,
      signal: this.#signal,
    });
    await noteKept(this.#context, id, outcome.aside);
    this.#lookedAt = outcome.unfinished === null;
    if (outcome.kind === "work" || outcome.kind === "wrong-branch") this.#kept = outcome.commit;
    return outcome;
  }

  /** The next conversation gets a new one, from the tip; what this one holds is kept. */
  async startOver(): Promise<void> {
    await this.putAway();
    const dir = this.#workspace?.dir;
    if (dir !== undefined && (await lstat(dir).catch(() => null)) !== null)
      throw new WerkError("GIT_FAILED", `no other clone can be made as long as the one in ${dir} is there`);
    this.#workspace = null;
    this.#kept = null;
    this.#base = await integrationTip(this.#context);
  }

  /** Removes it, after saving what it holds beyond what is kept. */
  async putAway(): Promise<void> {
    if (this.#workspace === null) return;
    const { repository } = this.#context;
    const workspace = this.#workspace;
    if (this.#lookedAt && this.#kept !== null) {
      const removal = await removeWorkspace({ repository, workspace, kept: this.#kept });
      if (removal.kind === "removed") return;
    }
    await saveAndRemove(this.#context, this.#attempt, workspace, this.#kept);
  }
}
