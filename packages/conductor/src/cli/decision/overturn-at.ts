import { createHash } from "node:crypto";
import type { View } from "@taskwerk/terminal/print-success";
import { overturn } from "../../journal/decisions.ts";
import { keptDecision } from "../../journal/overturn-decision.ts";
import type { Decision } from "../../model/decision.ts";
import { takeUp } from "../../report/go-on.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { idleLines } from "../next-lines.ts";

interface Overturned {
  readonly id: string;
  readonly decision: string;
  readonly text: string;
  readonly answer: string | null;
  /** What held until now, and whether it was only taken for granted. */
  readonly before: string | null;
  readonly assumed: boolean;
  /** Tasks that have landed with what held before, each with the task that makes it follow. */
  readonly followUps: readonly { readonly task: string; readonly by: string }[];
  /** Tasks that have not: their next brief has it. */
  readonly told: readonly string[];
}

/**
 * Puts another answer in the place of one that is kept. What has landed stays as it is and gets a task that follows it up; what has
 * not is told with its next brief. Said again, it does only what is still to be done.
 */
export async function overturnAt(app: App, id: string, text: string): Promise<void> {
  const journal = await app.journal();
  const before = keptDecision(await journal.state(), id);
  const decision = await overturn(journal, id, text, app.actor);
  const { landings, attempts } = await journal.state();
  // What is on its way to the branch at this moment cannot be called back any more.
  const landing = [...attempts.values()].filter(
    (one) => one.intended !== null && one.landed === null && one.endedAt === null && one.outdated === null,
  );
  const landed = new Set([...landings, ...landing].map(({ task }) => task));
  const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
  const followUps: { readonly task: string; readonly by: string }[] = [];
  const told: string[] = [];
  for (const { task } of decision.askers) {
    if (landed.has(task)) followUps.push({ task, by: await followUp(tasks, decision, task) });
    else {
      await tasks.note(task, inWords(decision), "decision", `${keyOf(decision)}/note/${task}`);
      told.push(task);
    }
  }
  app.show<Overturned>(
    "decision.overturned",
    {
      id: decision.kept!,
      decision: decision.id,
      text: decision.text,
      answer: decision.answer,
      before: before.answer ?? before.recommended,
      assumed: before.state === "expired",
      followUps,
      told,
    },
    viewAt(
      (await journal.currentDriver()) === null
        ? takeUp(await journal.state(), [...followUps.map(({ by }) => by), ...told])
        : null,
    ),
  );
}

/** The task that brings landed work in line; made once. */
async function followUp(tasks: Tasks, decision: Decision, task: string): Promise<string> {
  const key = `${keyOf(decision)}/${task}`;
  const there = (await tasks.keyed(key)).find((one) => one.key === key);
  if (there !== undefined) return there.id;
  const title = `${decision.kept} is otherwise now: bring ${task} in line`;
  const { ids } = await tasks.importTasks(
    [{ ref: key, key, title, description: `${inWords(decision)}\n\n${task} landed before that.` }],
    key,
    "fail",
  );
  return ids[key]!;
}

const inWords = ({ kept, text, answer }: Decision): string =>
  `${kept}: ${text}\nIt is decided otherwise now: ${answer}`;

/** The same for the same answer, another one for another. */
const keyOf = ({ session, id, answer }: Decision): string =>
  `overturned/${createHash("sha256").update(`${session} ${id} ${answer}`).digest("hex").slice(0, 12)}`;

/** `next`: what has a run take it up; null where one is on. */
const viewAt = (next: readonly string[] | null): View<Overturned> => ({
  fields: ["id", "answer"],
  known: ["id", "decision", "text", "answer", "before", "assumed", "followUps", "told"],
  piped: "screen",
  screen(output, { data }) {
    const { id, answer, before, assumed, followUps, told } = data;
    output.line(`${id} is now: ${answer}. It was: ${before ?? "unknown"}${assumed ? ", [ASSUMED]" : ""}.`);
    for (const { task, by } of followUps) output.line(`  ${task} has landed with that: ${by} brings it in line.`);
    for (const task of told) output.line(`  ${task} is told with its next attempt.`);
    const isLeft = followUps.length + told.length > 0;
    if (isLeft && next !== null && output.isTTY) for (const line of idleLines(next, output)) output.line(line);
  },
});
