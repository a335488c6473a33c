/** What a person says from the screen over a run: the same as the verbs of these names. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { DecisionWord } from "../../journal/close-decision.ts";
import { settleDecision } from "../../journal/decisions.ts";
import type { Acts, Done, StopMode } from "../../report/monitor-session.ts";
import type { App } from "../app.ts";
import { settledWords } from "../decision/settle.ts";
import { continuedWords, continueTask } from "../orchestrate/continue.ts";
import { pausedWords, pauseTask } from "../orchestrate/pause.ts";
import { requestStop, stopRun } from "../orchestrate/stop.ts";
import { giveHint, hintedWords } from "../task/hint.ts";

/** `drives`: the run is this very process, which cannot be killed from here. */
export function actsOf(app: App, drives: boolean): Acts {
  const settle = async (card: string, word: DecisionWord): Promise<Done> => {
    const journal = await app.journal();
    const decision = await settleDecision(journal, card, word, app.actor);
    const { paused } = await journal.state();
    return {
      ok: true,
      text: settledWords(decision, { driven: (await journal.currentDriver()) !== null, paused }).join(" "),
    };
  };
  const stop = async (mode: StopMode): Promise<Done> => {
    if (drives) {
      const { session } = await requestStop(app, mode, null);
      return { ok: true, text: `${session} was told to stop` };
    }
    return { ok: true, text: (await stopRun(app, mode, null)).words };
  };
  return {
    answer: (card, text) => said(() => settle(card, { kind: "answer", text })),
    approve: (card) => said(() => settle(card, { kind: "approve", note: null })),
    reject: (card, note) => said(() => settle(card, { kind: "reject", note })),
    stop: (mode) => said(() => stop(mode)),
    hint: (task, text) => said(async () => ({ ok: true, text: hintedWords(await giveHint(app, task, text)) })),
    pause: (task) => said(async () => ({ ok: true, text: pausedWords(await pauseTask(app, task, null))[0] })),
    continue: (task) =>
      said(async () => {
        const { task: id, driven } = await continueTask(app, task);
        return { ok: true, text: continuedWords(id, driven) };
      }),
  };
}

/** What is refused is said as well. */
async function said(act: () => Promise<Done>): Promise<Done> {
  try {
    return await act();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const hint = isWerkError(error) ? (error.hint ?? "").split("\n")[0] : "";
    return { ok: false, text: hint ? `${text}  ${hint}` : text };
  }
}
