import type { View } from "@taskwerk/terminal/print-success";
import type { DecisionWord } from "../../journal/close-decision.ts";
import { settleDecision } from "../../journal/decisions.ts";
import type { Decision } from "../../model/decision.ts";
import { covers, rememberable } from "../../model/remembered.ts";
import type { RunState } from "../../model/state.ts";
import { goOn, takeUp } from "../../report/go-on.ts";
import type { App } from "../app.ts";
import { idleLines } from "../next-lines.ts";

/** Says one word on one card; the first word counts. */
export async function settle(app: App, id: string, word: DecisionWord): Promise<void> {
  const journal = await app.journal();
  const decision = await settleDecision(journal, id, word, app.actor);
  const driver = await journal.currentDriver();
  const state = await journal.state();
  const session = state.sessions.get(decision.session);
  const resume = session === undefined ? [] : goOn(state, session, []);
  const next = resume.length > 0 ? resume : takeUp(state, [decision.task]);
  app.show<Decision>(
    "decision",
    decision,
    settledView({ driven: driver !== null, paused: state.paused }, next, alike(state, decision)),
  );
}

/** Open approvals of the run that show what this yes covers from now on: they were asked before, and wait for a word of their own. */
export const alike = ({ decisions }: RunState, { session, remembered }: Decision): readonly string[] =>
  [...decisions.values()]
    .filter(
      (one) =>
        one.state === "open" &&
        one.session === session &&
        rememberable(one.evidence).some((scope) => remembered.some((rule) => covers(rule, scope.class, scope.paths))),
    )
    .map(({ id }) => id);

const settledView = (now: SettledAt, next: readonly string[], more: readonly string[]): View<Decision> => ({
  fields: ["id", "state", "answer"],
  known: ["id", "kind", "state", "task", "text", "answer", "answeredBy", "answeredAt", "session", "kept"],
  piped: "screen",
  screen(output, { data }) {
    for (const line of settledWords(data, now)) output.line(line);
    for (const one of data.remembered)
      output.line(`Until this run is over, ${one.class} in ${one.paths} does not ask again.`);
    if (more.length > 0) output.line(`Asked before, and still open: ${more.join(", ")}.`);
    if (!now.driven && output.isTTY) for (const line of idleLines(next, output)) output.line(line);
  },
});

/** `driven`: somebody is there who goes on with it. `paused`: tasks that a person has put aside. */
interface SettledAt {
  readonly driven: boolean;
  readonly paused: ReadonlyMap<string, unknown>;
}

/** What became of a card, who goes on now and who does not, and for whom its answer is kept. */
export function settledWords(
  { id, state, askers, answer, kept, plan }: Decision,
  { driven, paused }: SettledAt,
): readonly string[] {
  const what =
    state === "answered" ? `answered: ${answer ?? ""}` : state === "rejected" ? `rejected: ${answer ?? ""}` : state;
  const all = askers.map(({ task }) => task);
  const [going, aside] = [all.filter((one) => !paused.has(one)), all.filter((one) => paused.has(one))];
  const goes = driven && going.length > 0 ? ` ${listed(going)} ${going.length === 1 ? "goes" : "go"} on now.` : "";
  const stays = aside.length === 1 ? "stays" : "stay";
  const on =
    aside.length === 0
      ? goes
      : `${goes} ${listed(aside)} ${stays} put aside: ${aside.map((one) => `conductor continue ${one}`).join(", ")}`;
  if (kept === null) return [`${id} ${what}.${on}`];
  const where = plan === null ? "run" : "plan";
  return [
    `${id} ${what}.${on}`,
    `Kept as ${kept} for this ${where}; the next agent that asks gets it, with a reference.`,
  ];
}

/** `A`, `A and B`, `A, B and C`. */
export const listed = (ids: readonly string[]): string =>
  ids.length < 2 ? ids.join("") : `${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
