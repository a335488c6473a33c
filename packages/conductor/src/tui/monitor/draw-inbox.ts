/** The cards: a list of them, and the one where the reader is with enough to decide. Pure. */
import { cardBody } from "../../report/inbox-text.ts";
import { counted } from "../../report/layout.ts";
import { duration } from "../../report/times.ts";
import { firstShown } from "../frame.ts";
import { column, EMPTY, type Line, line, piece } from "../line.ts";
import { entryLine } from "./entry-line.ts";
import type { Box } from "./layout.ts";
import { cardAt, cardsOf, type MonitorState, shownCards } from "./state.ts";

export function drawCards(state: MonitorState, { width, height }: Box): readonly Line[] {
  const cards = shownCards(state);
  const at = cards.findIndex(({ id }) => id === state.card);
  const first = firstShown(cards.length, at, height);
  return cards.slice(first, first + height).map((card) => {
    const right = `${duration(card.ageMs).padStart(6)}  frees ${String(card.frees.length).padStart(2)}`;
    const left = `${card.id.padEnd(4)} ${column(card.task, 11)} `;
    const room = Math.max(4, width - 2 - left.length - right.length - 2);
    return entryLine(card.id === state.card, width, [
      piece(left, card.kind === "approval" ? "yours" : "busy"),
      piece(column(card.text, room)),
      piece(`  ${right}`, "quiet"),
    ]);
  });
}

/** What there is to know of the card; what to do where there is none. */
export function drawCard(state: MonitorState, width: number): readonly Line[] {
  const card = cardAt(state);
  if (card === undefined) return nothing(state);
  const [first = "", ...rest] = cardBody(card, state.look.now, { width, zone: state.zone });
  return [line(first, "bold"), ...rest.map((text) => line(text))];
}

function nothing(state: MonitorState): readonly Line[] {
  if (cardsOf(state).length > 0) return [line("No card has these words. Esc shows all.", "quiet")];
  if (state.look.run === null) return [line("conductor run PRD.md", "plain")];
  const { working, counts } = state.look.run.status;
  const toGo = counts.byState["to-go"] ?? 0;
  return [
    line("Nothing needs you.", "good"),
    EMPTY,
    line(`${counted(working.length, "task")} at work, ${toGo} to go.  2 shows the tasks.`, "quiet"),
  ];
}
