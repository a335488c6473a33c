import { WerkError } from "@taskwerk/contract/errors";
import type { Repository } from "../../model/repository.ts";
import type { RunState } from "../../model/state.ts";

/** Where git keeps it; behind it the id. */
export const SALVAGE_REFS = "refs/conductor/salvage/";

/** Work that was saved beside the branches: what an agent left when it could not go on. */
export interface Salvaged {
  /** What it is called on the command line: task and attempt, e.g. TASK-001/1. */
  readonly id: string;
  readonly task: string;
  readonly title: string | null;
  readonly commit: string;
  /** The commit the attempt began from; null when the journal does not know it. */
  readonly base: string | null;
  /** When it was saved, RFC 3339; null when the journal does not know it. */
  readonly at: string | null;
  readonly reason: string | null;
  readonly ref: string;
}

/** All that git holds under the salvage refs, the newest last. */
export async function salvagedIn(repository: Repository, state: RunState): Promise<readonly Salvaged[]> {
  const refs = await repository.refs(SALVAGE_REFS);
  return refs
    .map(({ name, commit }) => {
      const id = name.slice(SALVAGE_REFS.length);
      const saved = state.salvage.findLast((one) => one.ref === name);
      const attempt = saved === undefined ? undefined : state.attempts.get(saved.attempt);
      return {
        id,
        task: id.split("/")[0] ?? id,
        title: attempt?.title ?? null,
        commit,
        base: attempt?.base ?? null,
        at: saved?.at ?? null,
        reason: attempt?.reason ?? null,
        ref: name,
      };
    })
    .sort((a, b) => (a.at ?? "").localeCompare(b.at ?? "") || a.id.localeCompare(b.id));
}

/** The one that `word` names. Throws TASK_NOT_FOUND. */
export function oneSalvaged(all: readonly Salvaged[], word: string): Salvaged {
  const found = all.find(({ id, ref }) => id === word || ref === word) ?? onlyOf(all, word);
  if (found) return found;
  throw new WerkError("TASK_NOT_FOUND", `nothing was saved as ${word}`, {
    hint: "What there is:  conductor salvage list",
    given: word,
    candidates: all.map(({ id }) => id).slice(-10),
  });
}

/** A task's name alone will do where it has one. */
function onlyOf(all: readonly Salvaged[], word: string): Salvaged | undefined {
  const some = all.filter(({ task }) => task === word);
  return some.length === 1 ? some[0] : undefined;
}
