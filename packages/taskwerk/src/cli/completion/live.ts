import type { Operations } from "@taskwerk/contract/client";
import type { OperationName } from "@taskwerk/contract/routes";
import type { Countable } from "@taskwerk/contract/search";
import type { Task } from "@taskwerk/contract/task";
import { type Candidate, startingWith } from "./candidate.ts";

/** Runs one reading operation against the store that the typed line means. */
export type Ask = <N extends OperationName>(name: N, input: Operations[N]["input"]) => Promise<Operations[N]["output"]>;

/** More than a screen of candidates helps nobody. */
const MOST = 100;

/**
 * Tasks to name: without a number the most urgent ones among those that `query` finds (default: open), else those whose id
 * is what is typed, or goes on from it by one digit.
 */
export async function idsFor(ask: Ask, typed: string, query?: string): Promise<readonly Candidate[]> {
  const number = /^(?:[a-z][a-z0-9]*-)?0*([1-9]\d{0,5})((?:\.\d*)*)$/i.exec(typed);
  if (!number) {
    const tasks = await ask("task.list", { ...(query === undefined ? {} : { query }), limit: MOST });
    return startingWith(typed, [...tasks.map(candidateOf), { value: "@last", about: "the one you changed last" }]);
  }
  const [, root = "", below = ""] = number;
  if (below !== "") {
    const tasks = await ask("task.list", {
      query: `under:${root}${below.replace(/\.\d*$/, "")}`,
      all: true,
      limit: MOST,
    });
    return tasks.filter(({ id }) => numberOf(id).startsWith(root + below)).map(candidateOf);
  }
  const meant = [root, ...Array.from({ length: 10 }, (_, digit) => `${root}${digit}`)];
  const found = [];
  for (const id of meant) found.push(await ask("task.show", { id }).catch(() => null));
  const some = found.flatMap((task) => (task === null ? [] : candidateOf(task)));
  // `TASK-01` goes on to TASK-010, where a bare `1` may be TASK-001 as well.
  const longer = some.filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()));
  return longer.length > 0 ? longer : some;
}

const numberOf = (id: string): string => id.replace(/^[A-Z][A-Z0-9]*-0*/, "");
const candidateOf = ({ id, title, status, ready }: Task): Candidate => ({
  value: id,
  about: `${status === "todo" && ready ? "ready" : status}  ${title}`,
});

/** Values that tasks have in a field, the most frequent first. */
export async function valuesOf(ask: Ask, by: Countable): Promise<readonly Candidate[]> {
  const { groups } = await ask("task.stats", { by });
  return groups
    .slice(0, MOST)
    .flatMap(({ value, total }) => (value === null ? [] : { value, about: tasksWord(total) }));
}

const tasksWord = (count: number): string => `${count} ${count === 1 ? "task" : "tasks"}`;

/** Sessions, the newest first. */
export const sessionsOf = async (ask: Ask): Promise<readonly Candidate[]> =>
  (await ask("session.list", { limit: MOST })).map(({ id, ended_at, tasks }) => ({
    value: id,
    about: `${tasksWord(tasks)}${ended_at === null ? "" : ", ended"}`,
  }));

/** Operations, the newest first. */
export const opsOf = async (ask: Ask): Promise<readonly Candidate[]> =>
  (await ask("op.list", { limit: 20 })).map(({ op, actor, summary }) => ({
    value: op,
    about: `${actor}: ${summary[0] ?? ""}`,
  }));
