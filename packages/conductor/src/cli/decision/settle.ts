import type { View } from "@taskwerk/terminal/print-success";
import type { DecisionWord } from "../../journal/close-decision.ts";
import { settleDecision } from "../../journal/decisions.ts";
import type { Decision } from "../../model/decision.ts";
import { goOn } from "../../report/go-on.ts";
import type { App } from "../app.ts";

/** Says one word on one card; the first word counts. */
export async function settle(app: App, id: string, word: DecisionWord): Promise<void> {
  const journal = await app.journal();
  const decision = await settleDecision(journal, id, word, app.actor);
  const driver = await journal.currentDriver();
  const state = await journal.state();
  const session = state.sessions.get(decision.session);
  const next = session === undefined ? [] : goOn(state, session, []);
  app.show<Decision>("decision", decision, settledView(driver !== null, next));
}

const settledView = (driven: boolean, next: readonly string[]): View<Decision> => ({
  fields: ["id", "state", "answer"],
  known: ["id", "kind", "state", "task", "text", "answer", "answeredBy", "answeredAt", "session"],
  piped: "screen",
  screen(output, { data }) {
    output.line(settledWords(data, driven));
    if (!driven && output.isTTY) output.line(["Nothing runs at the moment. Next   ", ...next].join(""));
  },
});

/** What became of a card. `driven`: somebody is there who goes on with it. */
export function settledWords({ id, state, task, answer }: Decision, driven: boolean): string {
  const what =
    state === "answered" ? `answered: ${answer ?? ""}` : state === "rejected" ? `rejected: ${answer ?? ""}` : state;
  return `${id} ${what}.${driven ? ` ${task} goes on now.` : ""}`;
}
