import { WerkError } from "@taskwerk/contract/errors";
import type { View } from "@taskwerk/terminal/print-success";
import { refusePrinted } from "../../journal/own-words.ts";
import { askedBy } from "../../model/same-question.ts";
import { attemptsOf } from "../../model/state.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownTask, refuseClosed } from "./known-task.ts";

/** What was said, and whom it reaches: an agent that works on the task now, or the next one that gets it. */
interface Hinted {
  readonly task: string;
  readonly text: string;
  readonly by: string;
  readonly reaches: "agent" | "next-brief";
  readonly next: readonly string[];
}

/** An agent is there that can be told; one that waits hears it with its answer. */
const TALKING: ReadonlySet<string | undefined> = new Set(["running", "waiting-answer", "paused-limit"]);

/** The longest hint, in characters: more is a description of the task. */
const LONGEST = 4_000;

/** `hint TASK TEXT|-`: a word to whoever works on it. What was counted of its loops begins anew. */
export const hintVerb: Verb<unknown> = {
  build: (command) => command.argument("<task>", "e.g. TASK-001").argument("[text]", "what you know, or - for stdin"),
  async run(app, [id, given]) {
    const text = (wordOf(given) === "-" ? await app.world.readStdin() : wordOf(given)).trim();
    if (text === "")
      throw new WerkError("USAGE", `the hint is missing: conductor hint ${wordOf(id)} TEXT`, {
        field: "text",
        hint: `Where it stands:  conductor why ${wordOf(id)}`,
      });
    app.show<Hinted>("hint", await giveHint(app, wordOf(id), text), view);
    return undefined;
  },
};

/**
 * Writes a hint down for the agents of a task. Throws VALIDATION_FAILED for "...", USAGE for one that is too long, TASK_NOT_FOUND, and
 * for a closed task.
 */
export async function giveHint(app: App, word: string, text: string): Promise<Hinted> {
  refusePrinted(text, "text", `Where it stands:  conductor why ${word}`);
  if (text.length > LONGEST)
    throw new WerkError("USAGE", `the hint has ${text.length} characters, and ${LONGEST} are the most`, {
      field: "text",
      hint: `What belongs to the task itself:  taskwerk edit ${word} --description -`,
    });
  const { task, state } = await knownTask(app, word);
  refuseClosed(task);
  const journal = await app.journal(true);
  await journal.append([{ type: "hint.given", task: task.id, text, by: app.actor }]);
  const working = TALKING.has(attemptsOf(state, task.id).at(-1)?.stage) && (await journal.currentDriver()) !== null;
  const card = [...state.decisions.values()].find((one) => one.state === "open" && askedBy(one, task.id));
  const next = nextOf(task.id, {
    card: card?.id ?? null,
    kind: card?.kind ?? null,
    blocked: task.status === "blocked",
  });
  return { task: task.id, text, by: app.actor, reaches: working ? "agent" : "next-brief", next };
}

/** Whom it reaches, in words. */
export const hintedWords = ({ task, reaches }: Pick<Hinted, "task" | "reaches">): string =>
  reaches === "agent"
    ? `${task}: its agent is told now, or in its next brief where it cannot be spoken to.`
    : `${task}: the agent that takes it next reads it.`;

/** A hint frees nothing: what the task waits for is said. */
function nextOf(
  task: string,
  { card, kind, blocked }: { readonly card: string | null; readonly kind: string | null; readonly blocked: boolean },
): readonly string[] {
  if (card !== null) return [kind === "question" ? `conductor answer ${card} "..."` : `conductor review ${card}`];
  return blocked ? [`conductor unblock ${task}`] : [];
}

const view: View<Hinted> = {
  fields: ["task", "reaches"],
  known: ["task", "text", "by", "reaches", "next"],
  items: (hinted) => [{ ...hinted, id: hinted.task }],
  piped: "screen",
  screen(output, { data }) {
    const { next } = data;
    output.line(hintedWords(data));
    if (!output.isTTY || next.length === 0) return;
    output.line("It waits for you.");
    for (const line of nextLines(next, output)) output.line(line);
  },
};
