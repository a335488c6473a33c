import { WerkError } from "@taskwerk/contract/errors";
import type { View } from "@taskwerk/terminal/print-success";
import { refusePrinted } from "../../journal/own-words.ts";
import { askedBy } from "../../model/same-question.ts";
import { takeUp } from "../../report/go-on.ts";
import { idleLines } from "../next-lines.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { type KnownTask, knownTask } from "./known-task.ts";

interface Unblocked {
  readonly tasks: readonly string[];
  readonly note: string | null;
  readonly driven: boolean;
}

/** `unblock TASK... [--note TEXT]`: it may be taken again; the note stands in its next brief. All or none. */
export const unblockVerb: Verb<{ readonly note?: string }> = {
  build: (command) =>
    command
      .argument("<tasks...>", "e.g. TASK-001")
      .option("--note <text>", "what has changed; the agent that takes it reads it"),
  async run(app, words, { note }) {
    const said = note?.trim() || null;
    if (said !== null) refusePrinted(said, "note", `Why it is blocked:  conductor why ${wordsOf(words[0])[0]}`);
    const known: KnownTask[] = [];
    for (const word of wordsOf(words[0])) known.push(await knownTask(app, word));
    for (const one of known) refuse(one);
    const journal = await app.journal(true);
    const ids = [...new Set(known.map(({ task }) => task.id))];
    await journal.append(ids.map((task) => ({ type: "task.unblocked", task, note: said, by: app.actor }) as const));
    for (const { task, tasks } of known)
      await tasks.unblock(
        task.id,
        { reason: said ?? `unblocked by ${app.actor}` },
        `unblock:${task.id}:${app.world.newId()}`,
      );
    const driven = (await journal.currentDriver()) !== null;
    app.show<Unblocked>("unblock", { tasks: ids, note: said, driven }, viewWith(takeUp(await journal.state(), ids)));
    return undefined;
  },
};

/** Throws INVALID_TRANSITION for what is not blocked, or waits for an answer. */
function refuse({ task, state }: KnownTask): void {
  const card = [...state.decisions.values()].find((one) => one.state === "open" && askedBy(one, task.id));
  if (card !== undefined)
    throw new WerkError("INVALID_TRANSITION", `${task.id} waits for your word on ${card.id}, which frees it`, {
      given: task.id,
      hint:
        card.kind === "question"
          ? `conductor answer ${card.id} "..."`
          : `conductor review ${card.id}\nconductor approve ${card.id}`,
    });
  if (task.status !== "blocked")
    throw new WerkError("INVALID_TRANSITION", `${task.id} is ${task.status}, not blocked`, {
      given: task.id,
      hint: `Where it stands:  conductor why ${task.id}`,
    });
}

/** `next`: what has them taken, where nothing runs. */
const viewWith = (next: readonly string[]): View<Unblocked> => ({
  fields: ["tasks"],
  known: ["tasks", "note", "driven"],
  items: ({ tasks }) => tasks.map((id) => ({ id })),
  piped: "screen",
  screen(output, { data }) {
    const { tasks, driven } = data;
    output.line(`${tasks.join(", ")} may be taken again${driven ? " by the run that is on" : ""}.`);
    if (!driven && output.isTTY) for (const line of idleLines(next, output)) output.line(line);
  },
});
