/** A parent with acceptance of its own, all of whose children have landed: it is closed with theirs as evidence. */
import type { Task } from "@taskwerk/contract/task";
import type { RunContext } from "./context.ts";

export async function closeParent(
  { journal, tasks, session, repository, newId }: RunContext,
  parent: Task,
): Promise<void> {
  const tip = await repository.resolve(session.integration);
  const commits = [...(await journal.state()).attempts.values()]
    .filter((attempt) => parent.children.includes(attempt.task) && attempt.landed !== null)
    .map((attempt) => attempt.landed!.commit);
  await tasks.move(
    parent.id,
    "done",
    { reason: "all its parts have landed", evidence: { tip, commits: commits.join(" ") } },
    `${session.id}:${parent.id}:close:${newId()}`,
  );
}
