import { readFile } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import type { JournalEvent } from "../../model/event.ts";
import { attemptsOf, type RunState } from "../../model/state.ts";
import { cut } from "../../report/layout.ts";
import { transcriptPlace } from "../../run/transcript-place.ts";
import { linesView } from "../lines-view.ts";
import { taskInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";
import { clock, lineOf } from "./event-lines.ts";
import { withoutToken } from "./without-token.ts";

/** `log TASK`: everything that happened to a task, in order; `--raw`: what its agent said, line by line. */
export const logVerb: Verb<{ readonly attempt?: string; readonly raw?: boolean }> = {
  build: (command) =>
    command
      .argument("<task>", "e.g. TASK-001")
      .option("--attempt <n>", "only this attempt")
      .option("--raw", "the agent's own lines"),
  async run(app, [id], { attempt, raw }) {
    if (raw && app.output.format === "json")
      throw new WerkError("USAGE", "--raw prints the agent's own lines, one JSON document each, in no envelope.", {
        hint: "One of them:  --raw, or --json",
        field: "raw",
      });
    const journal = await app.journal();
    const state = await journal.state();
    const task = taskInRun(state, wordOf(id));
    const attempts = attemptsOf(state, task).filter((one) => attempt === undefined || String(one.n) === attempt);
    const first = attempts[0];
    if (first === undefined)
      throw new WerkError("TASK_NOT_FOUND", `${task} has no attempt ${attempt}`, { given: attempt ?? "" });
    if (raw) {
      for (const one of attempts) await printTranscript(one.id);
      return undefined;
    }
    const ids = new Set(attempts.map((one) => one.id));
    // What people said of the task belongs to none of its attempts.
    const isSaid = (event: JournalEvent): boolean =>
      attempt === undefined && SAID.has(event.type) && "task" in event && event.task === task;
    const events = (await journal.read()).filter(
      (event) => isSaid(event) || attemptsIn(event, state).some((one) => ids.has(one)),
    );
    const began = Date.parse(first.startedAt);
    app.show<readonly JournalEvent[]>(
      "log",
      events.map(withoutToken),
      linesView(
        (_, { width }) =>
          events.flatMap((event) => {
            const text = lineOf(event, state);
            return text === null ? [] : [cut(`${clock(Date.parse(event.at) - began)} ${text}`, width)];
          }),
        {
          items: (list) => list.map((event) => ({ ...event, id: event.seq })),
          fields: ["at", "type"],
          known: ["seq", "at", "type", "attempt"],
        },
      ),
    );
    return undefined;

    async function printTranscript(attemptId: string): Promise<void> {
      for (let round = 1; ; round += 1) {
        const text = await readFile(transcriptPlace(app, attemptId, round), "utf8").catch(() => null);
        if (text === null) {
          if (round === 1)
            app.note(
              `There is no transcript of ${attemptId}: its agent said nothing, or it is kept no longer (retention.transcripts).`,
            );
          return;
        }
        for (const line of text.trimEnd().split("\n")) app.output.line(line);
      }
    }
  },
};

const SAID: ReadonlySet<JournalEvent["type"]> = new Set([
  "hint.given",
  "task.unblocked",
  "task.paused",
  "task.continued",
]);

/** The attempts an event is about: an answer may free several. */
function attemptsIn(event: JournalEvent, state: RunState): readonly string[] {
  if (event.type === "attempt.started") return [event.attempt.id];
  if ("rollback" in event)
    return (state.rollbacks.find(({ id }) => id === event.rollback)?.reverts ?? [])
      .filter(({ task }) => event.type !== "task.reopened" || event.task === task)
      .map(({ attempt }) => attempt);
  if (event.type === "decision.asked") return [event.decision.attempt];
  if (event.type === "decision.closed" || event.type === "decision.overturned")
    return (state.decisions.get(event.decision)?.askers ?? []).map(({ attempt }) => attempt);
  return "attempt" in event && typeof event.attempt === "string" ? [event.attempt] : [];
}
