import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { branchOf } from "../../model/branch-of.ts";
import { type RememberedRule, rememberedIn } from "../../model/remembered.ts";
import { lastActive, type RunState } from "../../model/state.ts";
import { whoWorkedOn } from "../../model/who-worked.ts";
import type { Action } from "../../policy/action.ts";
import { costOf, isReversible } from "../../run/circumstances.ts";
import { makeGateSets } from "../../run/gate-set.ts";
import { gatherChange } from "../../run/gather-change.ts";
import type { App } from "../app.ts";
import { openUserRepository } from "../open-repository.ts";
import { configuredGates } from "../orchestrate/configured-gates.ts";
import { workInRun } from "../task-in-run.ts";

export interface RealChange {
  readonly about: string;
  readonly action: Action;
  readonly remembered: readonly RememberedRule[];
}

/** What a task's newest work, or a branch, really changes, looked at as a run would before its gates. */
export async function realChange(app: App, word: string, kind: "judge" | "land"): Promise<RealChange> {
  const repository = await openUserRepository(app);
  const state = await stateOf(app);
  const found = await (state !== null && isTask(state, word) ? ofTask(state, word) : ofBranch(word));
  const gateSets = makeGateSets(repository, {
    ...{ minCoverage: null, requireTests: false, timeoutMs: 0 },
    configured: await configuredGates(app.configPlaces),
  });
  const commands = (await gateSets(found.base)).gates.map(({ run }) => run);
  const { change } = await gatherChange(repository, { base: found.base, work: found.work, secrets: [], commands });
  const { about, base, work, ...rest } = found;
  return {
    about: `${about} (${base.slice(0, 7)} > ${work.slice(0, 7)})`,
    action: { kind, change, about: { commands, reversible: isReversible(change), ...rest.circumstances } },
    remembered: rest.remembered,
  };

  async function ofTask(at: RunState, named: string) {
    const { task, base, work, session } = workInRun(at, named);
    const target = at.sessions.get(session)?.target;
    return {
      about: task,
      base,
      work: work.commit,
      circumstances: {
        costUsd: costOf(at, task),
        actors: whoWorkedOn(at, task),
        ...(target !== undefined && { target: branchOf(target) }),
      },
      remembered: rememberedIn(at.decisions.values(), session),
    };
  }

  async function ofBranch(named: string) {
    const work = await repository.resolve(named);
    if (work === null)
      throw new WerkError("GIT_REF_NOT_FOUND", `there is no task, branch, commit or file ${named}`, {
        given: named,
        hint: "An action in words:  conductor policy test --path src/a.ts --lines 20",
      });
    const target = (state === null ? undefined : lastActive(state)?.target) ?? repository.head;
    const tip = await repository.resolve(target ?? "HEAD");
    const base = tip === null ? null : await repository.mergeBase(tip, work);
    if (base === null)
      throw new WerkError(
        "GIT_REF_NOT_FOUND",
        `${named} has nothing in common with ${target === null ? "HEAD" : branchOf(target)}`,
        {
          given: named,
        },
      );
    return {
      about: named,
      base,
      work,
      circumstances: target === null ? {} : { target: branchOf(target) },
      remembered: [],
    };
  }
}

const isTask = (state: RunState, word: string): boolean =>
  state.attemptsByTask.has(word.toUpperCase()) || /^\d+(\.\d+)*$/.test(word);

async function stateOf(app: App): Promise<RunState | null> {
  try {
    return await (await app.journal()).state();
  } catch (error) {
    if (isWerkError(error) && error.code === "STORE_NOT_FOUND") return null;
    throw error;
  }
}
